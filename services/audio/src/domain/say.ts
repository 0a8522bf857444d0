import type { Replacement } from '@parley/contracts'
import { toReadable, toSpeakable } from '@parley/spoken-text'
import type { OpusPackets, Pcm, Sentence, Synthesizer } from './ports.ts'

/** What is said of a text: no markdown, no emoji, numbers and units readable, and words as their agent wants them said. */
export function toSaid(
  text: string,
  { language, replacements = [] }: { language?: string | undefined; replacements?: Replacement[] | undefined },
): string {
  return toReadable(replaceWords(toSpeakable(text), replacements), language)
}

/** The longest word first, each place once: what was put in is not replaced again. */
function replaceWords(text: string, replacements: readonly Replacement[]): string {
  if (replacements.length === 0) return text
  const words = new Map(replacements.map(({ from, to }) => [from.toLowerCase(), to]))
  const pattern = [...words.keys()].toSorted((one, other) => other.length - one.length).map(toPattern)
  return text.replace(new RegExp(pattern.join('|'), 'giu'), (word) => words.get(word.toLowerCase()) ?? word)
}

/** A word of letters is a word, not a piece of a longer one; Chinese has no such borders. */
function toPattern(word: string): string {
  const escaped = word.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
  const before = /^[\p{Script=Latin}\p{N}]/u.test(word) ? '(?<![\\p{Script=Latin}\\p{N}])' : ''
  const after = /[\p{Script=Latin}\p{N}]$/u.test(word) ? '(?![\\p{Script=Latin}\\p{N}])' : ''
  return `${before}${escaped}${after}`
}

/** A synthesizer whose voices are as loud as they are wanted, whether or not the provider makes them so. */
export function withVolume(synthesizer: Synthesizer): Synthesizer {
  if (synthesizer.capabilities.volume || synthesizer.capabilities.opusOut) return synthesizer
  return {
    ...synthesizer,
    synthesise: (sentence, options) => louder(sentence, synthesizer.synthesise(sentence, options)),
  }
}

async function* louder(
  { voice: { volume = 1 } }: Sentence,
  sound: AsyncIterable<Pcm | OpusPackets>,
): AsyncGenerator<Pcm | OpusPackets, void, undefined> {
  for await (const piece of sound) {
    if (volume === 1 || 'packets' in piece) yield piece
    else
      yield { ...piece, samples: piece.samples.map((sample) => Math.max(-32_768, Math.min(32_767, sample * volume))) }
  }
}
