import { setTimeout as delay } from 'node:timers/promises'
import { stillRuns } from '../process/identity.ts'
import type { KnownChild } from './running.ts'

/** Ends processes that an earlier, killed run left behind: asks each, kills it after the deadline. They are not our children, so they are watched. */
export async function stopLeftovers(leftovers: readonly KnownChild[], withinMs = 10_000): Promise<void> {
  await Promise.all(leftovers.map((child) => stopLeftover(child, withinMs)))
}

async function stopLeftover(child: KnownChild, withinMs: number): Promise<void> {
  signal(child, child.stopSignal)
  if (await hasEnded(child, withinMs)) return
  signal(child, 'SIGKILL')
  if (await hasEnded(child, withinMs)) return
  throw new Error(`${child.name}, left behind as process ${child.pid}, does not end`)
}

function signal(child: KnownChild, name: NodeJS.Signals): void {
  if (!stillRuns(child)) return
  try {
    process.kill(child.pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

async function hasEnded(child: KnownChild, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs
  while (stillRuns(child)) {
    if (performance.now() > deadline) return false
    await delay(25)
  }
  return true
}
