import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { startChild, type Child, type ChildOptions, type Exit } from '../process/child.ts'
import { rotate } from '../process/log-file.ts'
import { tail } from '../process/tail.ts'
import { freePort, portIsFree } from './port.ts'

/** A server on loopback that answered once and runs until it is disposed of. */
export type Server = AsyncDisposable & {
  /** Where clients connect, with the generated password. */
  readonly url: string
  readonly port: number
  readonly pid: number
  /** Resolves when its process ends, whoever ended it. */
  readonly exited: Promise<Exit>
  /** The same as disposing of it: ends its process, and is safe to call again. */
  stop(): Promise<void>
}

export type ServerOptions = {
  /** Where it keeps its data, its password and, unless `log` says otherwise, its log. The same folder gives the same data and URL again. */
  dir: string
  /** A free one when left out or 0. */
  port?: number
  /** The file its output goes to. */
  log?: string
}

export type Recipe = {
  name: string
  port: number | undefined
  log: string
  /** The command that serves this port, with its configuration written. */
  command: (port: number) => Omit<ChildOptions, 'output'>
  url: (port: number) => string
  /** Asks the server something only it can answer; rejects when it does not. */
  ask: (url: string, signal: AbortSignal) => Promise<void>
  answerWithinMs?: number
}

/**
 * Starts a server and waits until it really answers.
 * @throws Error with the end of the server's log, when it does not answer in time or its port is taken
 */
export async function launch(recipe: Recipe): Promise<Server> {
  if (recipe.port && !(await portIsFree(recipe.port, '127.0.0.1')))
    throw new Error(`${recipe.name}: port ${recipe.port} is taken`)
  for (let attempt = 1; ; attempt++) {
    const port = recipe.port || (await freePort())
    try {
      return await launchOn(port, recipe)
    } catch (error) {
      const lostTheRace = !recipe.port && attempt < 3 && /address already in use/i.test(String(error))
      if (!lostTheRace) throw error
    }
  }
}

async function launchOn(port: number, recipe: Recipe): Promise<Server> {
  const url = recipe.url(port)
  const child = await startLogged(recipe.command(port), recipe.log)
  try {
    await waitForAnswer(child, url, recipe)
  } catch (error) {
    await child.stop()
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`${recipe.name} ${reason}\n${await tail(recipe.log)}`, { cause: error })
  }
  const { pid, exited } = child
  const stop = () => child.stop()
  return { url, port, pid, exited, stop, [Symbol.asyncDispose]: stop }
}

async function startLogged(options: Omit<ChildOptions, 'output'>, log: string): Promise<Child> {
  mkdirSync(dirname(log), { recursive: true })
  rotate(log)
  const output = openSync(log, 'a', 0o600)
  try {
    return await startChild({ ...options, output })
  } finally {
    closeSync(output)
  }
}

async function waitForAnswer(child: Child, url: string, { ask, answerWithinMs = 30_000 }: Recipe): Promise<void> {
  const deadline = AbortSignal.timeout(answerWithinMs)
  let ended: Exit | undefined
  void child.exited.then((exit) => (ended = exit))
  for (let problem: unknown; ;) {
    if (ended) throw new Error(`ended as it started (${ended.signal ?? `code ${ended.code}`})`)
    if (deadline.aborted) throw new Error(`did not answer within ${answerWithinMs / 1000} s (${String(problem)})`)
    try {
      return await ask(url, AbortSignal.any([deadline, AbortSignal.timeout(2_000)]))
    } catch (error) {
      problem = error
      await Promise.race([child.exited, delay(25)])
    }
  }
}
