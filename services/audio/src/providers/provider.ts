import type { ConfigOf, Variable } from '@parley/service-kit'
import type { Recogniser, Synthesizer } from '../domain/ports.ts'

export type Opened<Port> = Port & Partial<AsyncDisposable> & Partial<Disposable>

type Definition<Variables extends Record<string, Variable>> = {
  name: string
  /** Its settings; their names begin with the provider's. */
  variables: Variables
  /** Whether enough is set to use it, so that it is chosen where nobody chooses. */
  configured?: (values: ConfigOf<Variables>) => boolean
  /** What it lacks, a line each, to recognise or to speak. */
  problems?: (values: Partial<ConfigOf<Variables>>, side: Side) => string[]
  openRecogniser?: (values: ConfigOf<Variables>, common: CommonSettings) => Promise<Opened<Recogniser>>
  openSynthesizer?: (values: ConfigOf<Variables>, common: CommonSettings) => Promise<Opened<Synthesizer>>
}

export type Side = 'recognition' | 'synthesis'
/** What is the same for all of them. */
export type CommonSettings = { timeoutMs: number }

/** A provider as the registry has it: what it does and needs, whatever its settings are. */
export type Provider = Required<
  Pick<Definition<Record<string, Variable>>, 'name' | 'variables' | 'configured' | 'problems'>
> & {
  sides: ReadonlySet<Side>
  openRecogniser: (values: ProviderValues, common: CommonSettings) => Promise<Opened<Recogniser>>
  openSynthesizer: (values: ProviderValues, common: CommonSettings) => Promise<Opened<Synthesizer>>
}
export type ProviderValues = Record<string, unknown>

export function defineProvider<Variables extends Record<string, Variable>>(
  definition: Definition<Variables>,
): Provider {
  const { openRecogniser, openSynthesizer, configured = () => false, problems = () => [], ...others } = definition
  const sides = new Set<Side>()
  if (openRecogniser) sides.add('recognition')
  if (openSynthesizer) sides.add('synthesis')
  const cannot = (what: string) => Promise.reject(new Error(`${definition.name} does not ${what}`))
  return {
    ...others,
    configured: configured as Provider['configured'],
    problems: problems as Provider['problems'],
    sides,
    openRecogniser: (openRecogniser ?? (() => cannot('recognise'))) as Provider['openRecogniser'],
    openSynthesizer: (openSynthesizer ?? (() => cannot('speak'))) as Provider['openSynthesizer'],
  }
}

/** A line for each of these that is not set. */
export function missing(who: string, needed: Record<string, unknown>): string[] {
  return Object.entries(needed)
    .filter(([, value]) => value === undefined)
    .map(([name]) => `${name} is not set, and the provider ${who} needs it`)
}
