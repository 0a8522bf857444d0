import { toProblem, type Problem } from '@parley/contracts'
import type { Clock } from '../../domain/ports.ts'
import { breakerDefaults, createBreaker, type Breaker, type BreakerSettings } from '@parley/service-kit'

export type ChainGiven = {
  clock: Clock
  /** How long the next one waits for the first result of the one before it. */
  patienceMs: number
  breaker?: BreakerSettings
  onFailure: (provider: string, problem: Problem) => void
  onBreaker: (provider: string, open: boolean) => void
}

type Provider = {
  readonly name: string
  check: () => Promise<void> | void
  probe?: (options: { signal: AbortSignal }) => Promise<void>
}

/** How long a probe may take. */
const probeMs = 5_000

/** One provider of a chain. */
export type Member<P extends Provider> = { provider: P; breaker: Breaker }

export type Members<P extends Provider> = Disposable & {
  /** Those worth asking, in order; `first` before the others. All of them, when none is: somebody has to be asked. */
  candidates: (first?: string) => Member<P>[]
  /** Notes a failure that is not the caller's own. */
  failed: (member: Member<P>, error: unknown) => Problem
  /** Throws when none of them can work at the moment. */
  check: () => Promise<void>
}

export function createMembers<P extends Provider>(providers: readonly P[], given: ChainGiven): Members<P> {
  if (providers.length === 0) throw new Error('A chain needs at least one provider')
  const members = providers.map((provider): Member<P> => {
    const { probe, name } = provider
    const breaker = createBreaker({
      clock: given.clock,
      settings: given.breaker ?? breakerDefaults,
      probe: probe && (() => probe({ signal: AbortSignal.timeout(probeMs) })),
      onChange: (open) => given.onBreaker(name, open),
    })
    return { provider, breaker }
  })

  return {
    candidates: (first) => {
      const ordered = members.toSorted((one, other) => rank(one, first) - rank(other, first))
      const ready = ordered.filter(({ breaker }) => breaker.ready)
      return ready.length > 0 ? ready : ordered
    },
    failed: ({ provider, breaker }, error) => {
      const problem = toProblem(error)
      breaker.failed()
      given.onFailure(provider.name, problem)
      return problem
    },
    check: async () => {
      const checks = await Promise.allSettled(members.map(async ({ provider }) => provider.check()))
      const works = checks.some(({ status }, index) => status === 'fulfilled' && !members[index]!.breaker.open)
      const [first] = checks.filter((check) => check.status === 'rejected')
      if (!works) throw first?.reason ?? new Error('every provider failed lately')
    },
    [Symbol.dispose]: () => members.forEach(({ breaker }) => breaker[Symbol.dispose]()),
  }
}

function rank<P extends Provider>({ provider }: Member<P>, first: string | undefined): number {
  return provider.name === first ? 0 : 1
}
