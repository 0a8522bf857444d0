/** Ends of sentences, then of clauses, then words: where a text is cut, the better the earlier in this list. */
const ends = [/[。！？!?…\n]["'”’」』）)]*|\.["'”’)]*(?=\s)/gu, /[，、；：,;:]\s*/gu, /\s+/gu]

/** Cuts a text into pieces of at most so many characters, at the ends of sentences where it can. Nothing is lost. */
export function splitText(text: string, most: number): string[] {
  const pieces: string[] = []
  let rest = text
  while (rest.length > most) {
    const end = findEnd(rest.slice(0, most)) ?? most
    pieces.push(rest.slice(0, end))
    rest = rest.slice(end)
  }
  return rest === '' ? pieces : [...pieces, rest]
}

function findEnd(head: string): number | undefined {
  for (const pattern of ends) {
    const last = [...head.matchAll(pattern)].at(-1)
    if (last) return last.index + last[0].length
  }
  return undefined
}
