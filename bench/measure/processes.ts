import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const root = join(import.meta.dirname, '..', '..')
const readyWithinMs = 60_000
const stopWithinMs = 20_000

const alive = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of alive) child.kill('SIGTERM')
})

/** A process of this run. */
export type Running = AsyncDisposable & { pid: number; child: ChildProcess; log: string }

export type ProcessSettings = {
  entry: string
  args?: string[]
  env?: Record<string, string>
  log: string
  profile?: string | undefined
}

/** Starts a program of this repository with its output in a file; disposing asks it to end and waits. */
export async function startProcess({ entry, args = [], env = {}, log, profile }: ProcessSettings): Promise<Running> {
  const output = openSync(log, 'a')
  const nodeArgs = profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : []
  const child = spawn(process.execPath, [...nodeArgs, join(root, entry), ...args], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', output, output, 'ipc'],
  })
  closeSync(output)
  await once(child, 'spawn')
  alive.add(child)
  child.once('exit', () => alive.delete(child))
  return { pid: child.pid as number, child, log, [Symbol.asyncDispose]: () => stop(child) }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  const force = setTimeout(() => child.kill('SIGKILL'), stopWithinMs)
  await exited
  clearTimeout(force)
}

/** Resolves when the process says that it is ready. @throws Error with its last words when it ends or takes too long. */
export async function untilReady({ child, log }: Running, internalPort: number): Promise<void> {
  const givesUpAt = performance.now() + readyWithinMs
  while (!(await answersReady(internalPort))) {
    const ended = child.exitCode !== null || child.signalCode !== null
    if (ended || performance.now() > givesUpAt) {
      throw new Error(
        `${log}: ${ended ? 'the process ended' : 'the process is not ready'}\n${(await readFile(log, 'utf8')).slice(-2_000)}`,
      )
    }
    await delay(50)
  }
}

async function answersReady(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(2_000) })).ok
  } catch {
    return false
  }
}
