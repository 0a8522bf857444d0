import type { OpusPackets, PacketEncoder, Pcm, Sentence, Synthesizer } from '../../domain/ports.ts'
import { speakPackets } from '../../domain/speaking.ts'
import { phraseFormat, type PhraseCache } from './phrase-cache.ts'

export type PhrasesGiven = {
  cache: PhraseCache
  openEncoder: (format: typeof phraseFormat) => PacketEncoder
  /** What else the sound depends on: the provider's settings. */
  settings: string
  onKept: (kept: boolean) => void
}

/** Longer texts are no phrases. */
const longestPhrase = 200

/** A synthesizer that says fixed phrases once, and then has them: by provider, settings, voice and text. */
export function withPhrases(synthesizer: Synthesizer, given: PhrasesGiven): Synthesizer {
  const { cache, openEncoder, settings, onKept } = given
  const keyOf = ({ text, voice: { name, language, speed, pitch, volume } }: Sentence) =>
    JSON.stringify([synthesizer.name, settings, [name, language, speed, pitch, volume], text])

  async function* synthesise(
    sentence: Sentence,
    options: { signal: AbortSignal },
  ): AsyncGenerator<Pcm | OpusPackets, void, undefined> {
    if (!sentence.fixed || sentence.text.length > longestPhrase) return yield* synthesizer.synthesise(sentence, options)
    const key = keyOf(sentence)
    const packets = await cache.read(key)
    onKept(packets !== undefined)
    if (packets) return yield { packets }
    const sound: (Pcm | OpusPackets)[] = []
    for await (const piece of synthesizer.synthesise(sentence, options)) {
      // The reader may give the samples away.
      sound.push('packets' in piece ? piece : { ...piece, samples: piece.samples.slice() })
      yield piece
    }
    // Whoever listens need not wait for that; what cannot be encoded is said anew the next time.
    void keep(key, sound).catch(() => undefined)
  }

  async function keep(key: string, sound: (Pcm | OpusPackets)[]) {
    using encoder = openEncoder(phraseFormat)
    const pieces = (async function* () {
      yield* sound
    })()
    await cache.write(key, await Array.fromAsync(speakPackets(pieces, phraseFormat, encoder)))
  }

  return { ...synthesizer, synthesise }
}
