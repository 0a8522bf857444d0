import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { startChild } from './process/child.ts'
import { openLogFile } from './process/log-file.ts'
import { followOutput } from './process/output.ts'
import type { PlacedService } from './services.ts'
import type { LocalPaths } from './state/paths.ts'
import type { Run } from './supervise.ts'
import { say, texts } from './terminal.ts'

const stopWithinMs = 15_000
// A grandchild may hold the pipe of a service that has ended; what it still says is not worth waiting for.
const lastWordsMs = 500

/** The log of a service. */
export const logOf = (service: PlacedService, { logs }: LocalPaths): string => join(logs, `${service.name}.log`)

/** Runs a service once, its output in its log and its warnings on the terminal. */
export async function runService(
  service: PlacedService,
  paths: LocalPaths,
  environment: NodeJS.ProcessEnv,
): Promise<Run> {
  mkdirSync(paths.logs, { recursive: true })
  const log = openLogFile(logOf(service, paths))
  const child = await startChild({
    command: process.execPath,
    args: [join(paths.clone, service.entry)],
    cwd: paths.clone,
    env: { ...environment, ...portsOf(service) },
    output: 'pipe',
    stopWithinMs,
  })
  for (const output of child.outputs) followOutput(output, log, (notice) => say(texts.notice(service.name, notice)))
  const heard = Promise.allSettled(child.outputs.map((output) => finished(output)))
  const exited = child.exited.then(async (exit) => {
    await Promise.race([heard, delay(lastWordsMs)])
    for (const output of child.outputs) output.destroy()
    log[Symbol.dispose]()
    return exit
  })
  return { pid: child.pid, exited, stop: () => child.stop().then(async () => void (await exited)) }
}

function portsOf({ publicPort, port, healthPort }: PlacedService): NodeJS.ProcessEnv {
  return { INTERNAL_PORT: String(healthPort), ...(publicPort ? { [publicPort.variable]: String(port) } : {}) }
}
