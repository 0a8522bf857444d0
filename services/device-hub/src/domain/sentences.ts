export { isSpeakable, toSpeakable } from '@parley/spoken-text'

/** Ends of sentences in Chinese and Latin text; a Latin full stop needs white space behind it. */
const strongEnd = /[。！？；…\n]+["'”’」』）)\]】]*|[!?;]+["'”’)\]]*(?=\s|\p{Script=Han}|$)|\.+["'”’)\]]*(?=\s)/gu
/** Where the first segment of a reply may end too, so that its sound is there early. */
const weakEnd = /[，、,：:~～—]+["'”’」』）)\]】]*(?=\s|\p{Script=Han})|[，、]/gu
const abbreviation = /(?:^|\s)(?:Mr|Mrs|Ms|Dr|Prof|St|vs|etc|e\.g|i\.e|No|approx)\.$/i
const listNumber = /(?:^|\n)\s*\d{1,3}\.$/

/** A Han character is read in about the time of two Latin letters. */
function weight(text: string): number {
  let sum = 0
  for (const character of text.trim())
    sum += /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}/u.test(character) ? 2 : 1
  return sum
}

const shortestFirst = 8
const shortest = 16
/** Longer segments are cut at the last comma or space: devices show, and voices say, only so much at once. */
const longest = 160

export type SentenceSplitter = {
  /** Takes the next piece of text; gives the segments that are complete now. */
  push: (delta: string) => string[]
  /** The rest, when no more text comes. */
  flush: () => string[]
}

/**
 * Cuts a reply, as it is written, into segments to speak: the first one short (at a comma if need be), the others
 * whole sentences, tiny ones joined.
 */
export function createSentenceSplitter(): SentenceSplitter {
  let buffer = ''
  let count = 0

  function take(end: number): string {
    const segment = buffer.slice(0, end).trim()
    buffer = buffer.slice(end)
    count++
    return segment
  }

  function nextEnd(): number | undefined {
    const least = count === 0 ? shortestFirst : shortest
    const strong = findEnd(buffer, strongEnd, least)
    const weak = count === 0 ? findEnd(buffer, weakEnd, least) : undefined
    const end = Math.min(strong ?? Infinity, weak ?? Infinity)
    const within = end === Infinity ? buffer : buffer.slice(0, end)
    if (weight(within) > longest) return cutLong(within)
    return end === Infinity ? undefined : end
  }

  return {
    push: (delta) => {
      buffer += delta
      const segments: string[] = []
      for (let end = nextEnd(); end !== undefined; end = nextEnd()) segments.push(take(end))
      return segments.filter(Boolean)
    },
    flush: () => {
      const segments: string[] = []
      while (weight(buffer) > longest) segments.push(take(cutLong(buffer)))
      segments.push(take(buffer.length))
      return segments.filter(Boolean)
    },
  }
}

/** A text that is all there, in the same segments. */
export function splitSentences(text: string): string[] {
  const splitter = createSentenceSplitter()
  return [...splitter.push(text), ...splitter.flush()]
}

function findEnd(text: string, pattern: RegExp, least: number): number | undefined {
  for (const match of text.matchAll(pattern)) {
    const end = match.index + match[0].length
    const segment = text.slice(0, end)
    if (weight(segment) < least || abbreviation.test(segment) || listNumber.test(segment)) continue
    return end
  }
  return undefined
}

function cutLong(text: string): number {
  let end = 0
  let sum = 0
  for (const character of text) {
    sum += weight(character) || 1
    if (sum > longest) break
    end += character.length
  }
  const head = text.slice(0, end)
  const comma = Math.max(...['，', '、', ',', '；', ';', '：'].map((mark) => head.lastIndexOf(mark)))
  if (comma > end / 2) return comma + 1
  const space = head.lastIndexOf(' ')
  return space > end / 2 ? space + 1 : end
}
