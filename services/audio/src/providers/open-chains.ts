import type { Problem } from '@parley/contracts'
import type { Clock, Recogniser, Synthesizer } from '../domain/ports.ts'
import { withVolume } from '../domain/say.ts'
import { createRecogniserChain } from './chain/recogniser-chain.ts'
import { createSynthesizerChain } from './chain/synthesizer-chain.ts'
import type { CommonSettings, Opened, ProviderValues, Side } from './provider.ts'
import { providerNamed } from './registry.ts'

export type ChainsSettings = CommonSettings & {
  recognition: readonly string[]
  synthesis: readonly string[]
  providers: Record<string, ProviderValues>
  fallbackAfterMs: number
}

export type ChainsGiven = {
  clock: Clock
  /** What is put around each provider. */
  wrapRecogniser: (recogniser: Recogniser) => Recogniser
  /** `settings` is what is set for it. */
  wrapSynthesizer: (synthesizer: Synthesizer, settings: ProviderValues) => Synthesizer
  onFailure: (side: Side, provider: string, problem: Problem) => void
  onBreaker: (side: Side, provider: string, open: boolean) => void
}

export type Chains = AsyncDisposable & {
  recogniser: Recogniser
  synthesizer: Synthesizer
  /** Each of those who speak, for what is asked of one of them. */
  synthesizers: readonly Synthesizer[]
}

/**
 * Opens the chosen providers of both sides, each side as one.
 * @throws Error when one of them cannot work on this machine, saying what it lacks
 */
export async function openChains(settings: ChainsSettings, given: ChainsGiven): Promise<Chains> {
  await using stack = new AsyncDisposableStack()
  const { clock } = given
  const common = { timeoutMs: settings.timeoutMs }
  const chainOf = (side: Side) => ({
    clock,
    patienceMs: settings.fallbackAfterMs,
    onFailure: (provider: string, problem: Problem) => given.onFailure(side, provider, problem),
    onBreaker: (provider: string, open: boolean) => given.onBreaker(side, provider, open),
  })
  const own = <Port extends object>(port: Opened<Port>): Port => {
    stack.defer(async () => {
      port[Symbol.dispose]?.()
      await port[Symbol.asyncDispose]?.()
    })
    return port
  }

  const recognisers: Recogniser[] = []
  for (const name of settings.recognition) {
    const opened = own(await providerNamed(name).openRecogniser(settings.providers[name] ?? {}, common))
    recognisers.push(given.wrapRecogniser(opened))
  }
  const synthesizers: Synthesizer[] = []
  for (const name of settings.synthesis) {
    const values = settings.providers[name] ?? {}
    const opened = own(await providerNamed(name).openSynthesizer(values, common))
    synthesizers.push(given.wrapSynthesizer(withVolume(opened), values))
  }
  const recogniser = stack.use(createRecogniserChain(recognisers, chainOf('recognition')))
  const synthesizer = stack.use(createSynthesizerChain(synthesizers, chainOf('synthesis')))
  const owned = stack.move()
  return { recogniser, synthesizer, synthesizers, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}
