import type { Bus } from '@parley/bus'
import { health, serviceNames, type ServiceHealth } from '@parley/contracts'
import { version, type Health } from '@parley/service-kit'

type State = 'healthy' | 'unhealthy'
/** `latency_ms` is how long it took to say so, `latencies_ms` what each of its dependencies took. */
type ServiceState = {
  status: State
  version?: string
  latency_ms?: number
  checks?: Record<string, State>
  latencies_ms?: Record<string, number>
}

export type PlatformState = {
  status: State
  /** Dependencies by name, over all services that have them, and every service. */
  checks: Record<string, State | Record<string, ServiceState>>
  /** Whether this gateway can serve. */
  serving: boolean
}

export type PlatformHealth = {
  read: () => Promise<PlatformState>
  ready: () => Promise<boolean>
}

/** Monitors may come as often as they like: everybody is asked at most this often. */
const keptMs = 1_000

/** How the platform is, asked over the bus: a service that does not answer is unhealthy. */
export function createPlatformHealth(bus: Bus, own: Pick<Health, 'read'>): PlatformHealth {
  let kept: { state: Promise<PlatformState>; until: number } | undefined

  async function ask(): Promise<PlatformState> {
    const [{ status, checks, latenciesMs }, ...others] = await Promise.all([
      own.read(),
      ...otherServices.map(askService),
    ])
    const gateway = toState({ ready: status === 'ready', checks, latenciesMs, version })
    const services = Object.fromEntries([['gateway', gateway] as const, ...others])
    const healthy = Object.values(services).every((state) => state.status === 'healthy')
    return {
      status: healthy ? 'healthy' : 'unhealthy',
      checks: { ...dependencies(services), services },
      serving: gateway.status === 'healthy',
    }
  }

  async function askService(service: string): Promise<readonly [string, ServiceState]> {
    const startedAt = performance.now()
    try {
      const answer = await bus.request(health.read, {}, { tokens: { service } })
      return [service, { ...toState(answer), latency_ms: Math.round(performance.now() - startedAt) }]
    } catch {
      return [service, { status: 'unhealthy' }]
    }
  }

  return {
    read: () => {
      if (!kept || kept.until < Date.now()) kept = { state: ask(), until: Date.now() + keptMs }
      return kept.state
    },
    ready: async () => (await own.read()).status === 'ready',
  }
}

const otherServices = serviceNames.filter((name) => name !== 'gateway')

/** Anybody may read this: what exactly is wrong is in the service's own log and `/readyz`. */
function toState({ ready, checks, latenciesMs, version }: ServiceHealth): ServiceState {
  const states = Object.entries(checks).map(([name, result]) => [name, toWord(result === 'ok')] as const)
  return {
    status: toWord(ready),
    ...(version !== undefined && { version }),
    checks: Object.fromEntries(states),
    latencies_ms: latenciesMs,
  }
}

function toWord(good: boolean): State {
  return good ? 'healthy' : 'unhealthy'
}

/** `database`, `redis` and so on: healthy where every service that has it says so. */
function dependencies(services: Record<string, ServiceState>): Record<string, State> {
  const found: Record<string, State> = {}
  for (const { checks = {} } of Object.values(services)) {
    for (const [name, result] of Object.entries(checks)) {
      found[name] = toWord(result === 'healthy' && found[name] !== 'unhealthy')
    }
  }
  return found
}
