import { tail } from './process/tail.ts'
import { waitUntilReady } from './ready.ts'
import { Refusal } from './refusal.ts'
import { logOf, runService } from './run-service.ts'
import type { PlacedService } from './services.ts'
import type { LocalPaths } from './state/paths.ts'
import type { Claim } from './state/running.ts'
import { supervise, type Supervised } from './supervise.ts'
import { say, texts } from './terminal.ts'

const readyWithinMs = 60_000
const endsBeforeGivingUp = 3

export type ServicesOptions = {
  services: readonly PlacedService[]
  paths: LocalPaths
  environmentOf: (service: string) => NodeJS.ProcessEnv
  claim: Claim
  signal: AbortSignal
}

/**
 * Starts every service in a process of its own and waits until all are ready; one that ends is started again until this is disposed of.
 * @throws Refusal with the end of the log of a service that does not become ready
 */
export async function runServices(options: ServicesOptions): Promise<AsyncDisposable> {
  const running: Supervised[] = []
  const stop = () => Promise.all(running.map((supervised) => supervised.stop()))
  const failed = new AbortController()
  const signal = AbortSignal.any([options.signal, failed.signal])
  try {
    await Promise.all(options.services.map((service) => startService(service, { ...options, signal }, running)))
  } catch (error) {
    failed.abort(error)
    await stop()
    throw error
  }
  return { [Symbol.asyncDispose]: () => stop().then(() => undefined) }
}

async function startService(service: PlacedService, options: ServicesOptions, running: Supervised[]): Promise<void> {
  const { paths, environmentOf, claim, signal } = options
  const hopeless = new AbortController()
  let ready = false
  let ends = 0
  const supervised = await supervise({
    start: () => runService(service, paths, environmentOf(service.name)),
    onStart: ({ pid }) => claim.addChild({ name: service.name, pid }),
    onEnd: (reason, delayMs) => {
      if (!ready && ++ends === endsBeforeGivingUp) hopeless.abort(texts.endedRepeatedly(ends, reason))
      else say(texts.ended(service.name, reason, delayMs))
    },
  })
  running.push(supervised)
  const deadline = AbortSignal.timeout(readyWithinMs)
  try {
    await waitUntilReady(service.healthPort, AbortSignal.any([signal, hopeless.signal, deadline]))
    ready = true
  } catch {
    signal.throwIfAborted()
    const reason = hopeless.signal.aborted ? String(hopeless.signal.reason) : texts.notReady(readyWithinMs / 1000)
    const log = logOf(service, paths)
    throw new Refusal(texts.cannotStart(service.name, reason, log, await tail(log)))
  }
}
