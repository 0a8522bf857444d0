import { plain } from './plain.ts'

/** Remembers what a device said a moment ago, to know it again when its own microphone hears it. */
export type EchoGuard = {
  /** It says this now; until when, as far as it is known when that is asked. */
  said: (text: string, until: () => number) => void
  /** Whether this, which began to be heard at `at`, is nothing but what the device said itself. */
  isEcho: (heard: string, at: number) => boolean
}

/** What began later than this after it fell silent is somebody else: people repeat what they are told. */
const lingersMs = 400
const mostKept = 8
/** So much of what was heard has to be found in what was said. */
const enough = 0.75
/** Short answers ("yes", 好的) are often words of the question: they are believed. */
const shortest = 6

export function createEchoGuard(): EchoGuard {
  let kept: { text: string; until: () => number }[] = []

  return {
    said: (text, until) => {
      kept = [...kept.slice(-mostKept + 1), { text: plain(text), until }]
    },
    isEcho: (heard, at) => {
      const words = plain(heard)
      const recent = kept.filter(({ until }) => until() + lingersMs >= at)
      if (weight(words) < shortest || recent.length === 0) return false
      const said = recent.map(({ text }) => text).join('')
      return said.includes(words) || shareOf(words, said) >= enough
    },
  }
}

/** A Han character says about as much as three Latin letters. */
function weight(text: string): number {
  let sum = 0
  for (const character of text) sum += /\p{Script=Han}/u.test(character) ? 3 : 1
  return sum
}

/** How many of the neighbouring letters of one text are neighbours in the other. */
function shareOf(words: string, said: string): number {
  const pairs = pairsOf(words)
  const known = new Set(pairsOf(said))
  return pairs.length === 0 ? 0 : pairs.filter((pair) => known.has(pair)).length / pairs.length
}

function pairsOf(text: string): string[] {
  const characters = Array.from(text)
  return characters.slice(1).map((character, index) => `${characters[index]}${character}`)
}
