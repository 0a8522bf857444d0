import { rm } from 'node:fs/promises'
import type { LocalPaths } from './paths.ts'

/** Deletes the data of a clone, and nothing else: its secrets and logs stay. No server may be running on it. */
export async function forgetData({ data, nats, redis, postgres }: LocalPaths): Promise<void> {
  await Promise.all([data, nats, redis, postgres].map((folder) => rm(folder, { recursive: true, force: true })))
}
