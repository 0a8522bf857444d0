import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'

export type Exit = { code: number | null; signal: NodeJS.Signals | null }

export type ChildOptions = {
  command: string
  args: readonly string[]
  cwd?: string
  env?: NodeJS.ProcessEnv
  uid?: number
  gid?: number
  /** A file descriptor that takes stdout and stderr, or `pipe` to read them here. */
  output: number | 'pipe'
  /** How it is asked to end. */
  stopSignal?: NodeJS.Signals
  /** How long it may take to end before it is killed. */
  stopWithinMs?: number
}

/** A process that this one started and will see ending. */
export type Child = {
  readonly pid: number
  readonly exited: Promise<Exit>
  /** Both outputs when they are piped, none otherwise. */
  readonly outputs: readonly Readable[]
  /** Asks it to end, kills it after the deadline; resolves when it has ended. Safe to call again. */
  stop(): Promise<void>
}

const alive = new Map<ChildProcess, NodeJS.Signals>()
const stopping = new Set<ChildProcess>()
process.on('exit', () => {
  for (const [child, signal] of alive) child.kill(signal)
})

/** Kills the children that were asked to end and have not, for the one who will not wait until their deadlines. */
export function killStoppingChildren(): void {
  for (const child of stopping) child.kill('SIGKILL')
}

/**
 * Starts a process in a group of its own, so that Ctrl-C on the terminal reaches only this process, which ends its children in order.
 * @throws Error when the command cannot be run
 */
export async function startChild(options: ChildOptions): Promise<Child> {
  const { command, args, output, stopSignal = 'SIGTERM', stopWithinMs = 10_000, ...rest } = options
  const child = spawn(command, args, { ...rest, stdio: ['ignore', output, output], detached: true })
  await once(child, 'spawn')
  alive.set(child, stopSignal)
  const exited = once(child, 'exit').then(([code, signal]): Exit => {
    alive.delete(child)
    stopping.delete(child)
    return { code, signal }
  })
  const outputs = [child.stdout, child.stderr].filter((stream) => stream !== null)
  return { pid: child.pid as number, exited, outputs, stop: () => stop(child, exited, stopSignal, stopWithinMs) }
}

async function stop(
  child: ChildProcess,
  exited: Promise<Exit>,
  signal: NodeJS.Signals,
  withinMs: number,
): Promise<void> {
  if (!alive.has(child)) return
  stopping.add(child)
  child.kill(signal)
  const deadline = setTimeout(() => child.kill('SIGKILL'), withinMs)
  await exited
  clearTimeout(deadline)
}
