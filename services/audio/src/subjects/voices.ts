import type { Bus, Subscription } from '@parley/bus'
import { speech, type VoiceOnOffer } from '@parley/contracts'
import type { Synthesizer } from '../domain/ports.ts'

export type VoicesGiven = { bus: Bus; synthesizers: readonly Synthesizer[] }

/** Serves `audio.v1.list-voices`: the voices of whoever speaks here, in the order in which they are asked. */
export function serveVoices({ bus, synthesizers }: VoicesGiven): Subscription {
  return bus.handle(speech.listVoices, async ({ language }) => {
    const offers = await Promise.all(synthesizers.map(toOffers))
    const primary = language?.split('-', 1)[0]?.toLowerCase()
    const fits = ({ languages }: VoiceOnOffer) =>
      primary === undefined ||
      languages.length === 0 ||
      languages.some((tag) => tag.toLowerCase().split('-', 1)[0] === primary)
    return { voices: offers.flat().filter(fits) }
  })
}

async function toOffers({ name: provider, capabilities, voices }: Synthesizer): Promise<VoiceOnOffer[]> {
  // Loudness is made here where a provider does not make it, but not of what is handed on as it is.
  const volume = capabilities.volume || !capabilities.opusOut
  const follows = (['speed', 'pitch', 'volume'] as const).filter((one) =>
    one === 'volume' ? volume : capabilities[one],
  )
  return (await voices()).map((voice) => ({ provider, ...voice, follows }))
}
