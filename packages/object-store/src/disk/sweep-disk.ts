import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createAgeTest } from '../object-key.ts'
import type { Sweep, Swept } from '../object-store.ts'
import { isAbout, type Layout } from './layout.ts'
import { ifThere, onDisk } from './on-disk.ts'

/** An upload writes all the time: one that did not for so long is dead. */
const stalePartialMs = 86_400_000
const mostObjectsAtOnce = 10_000

export async function sweepDisk(layout: Layout, sweep: Sweep): Promise<Swept> {
  const { signal, now = new Date(), mostObjects = mostObjectsAtOnce } = sweep
  const partialUploads = await sweepPartials(layout.partialDir, now, signal)
  const isOld = createAgeTest(sweep)
  let objects = 0
  for (const folder of (await namesIn(layout.temporaryDir)).filter(isOld)) {
    const path = join(layout.temporaryDir, folder)
    for (const name of await namesIn(path)) {
      if (isAbout(name)) continue
      if (signal?.aborted || objects >= mostObjects) return { objects, partialUploads, complete: false }
      await onDisk(rm(join(path, name), { recursive: true, force: true }))
      objects++
    }
    // The descriptions go last: one without its bytes is never seen.
    await onDisk(rm(path, { recursive: true, force: true }))
  }
  return { objects, partialUploads, complete: true }
}

async function sweepPartials(dir: string, now: Date, signal: AbortSignal | undefined): Promise<number> {
  let count = 0
  for (const name of await namesIn(dir)) {
    if (signal?.aborted) return count
    const path = join(dir, name)
    const found = await ifThere(stat(path))
    if (!found || now.getTime() - found.mtimeMs < stalePartialMs) continue
    await onDisk(rm(path, { force: true }))
    count++
  }
  return count
}

async function namesIn(dir: string): Promise<string[]> {
  return ((await ifThere(readdir(dir))) ?? []).sort()
}
