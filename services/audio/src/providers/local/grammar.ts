import { numberWords, phrases } from './phrases.ts'

/** The phrases as a JSGF grammar for PocketSphinx. */
export function makeGrammar(): string {
  const alternatives = phrases.map((phrase) => `(${phrase})`).join('\n  | ')
  return `#JSGF V1.0;
grammar parley;
<number> = ${numberWords.join(' | ')};
public <phrase> = ${alternatives};
`
}

/** The part of a CMU pronunciation dictionary that the grammar needs: PocketSphinx starts faster with it. */
export function pickPronunciations(dictionary: string): string {
  const words = new Set([...phrases, ...numberWords].flatMap((phrase) => phrase.match(/[a-z']+/g) ?? []))
  const lines = dictionary.split('\n').filter((line) => words.has(line.split(/[ (]/, 1)[0] ?? ''))
  return `${lines.join('\n')}\n`
}

const numberValues = new Map(numberWords.map((words, value) => [words, String(value)]))
const numberPattern = new RegExp(`\\b(${numberWords.toReversed().join('|')})\\b`, 'g')

/** Numbers in words become digits, as people read them: `volume to twenty one` → `volume to 21`. */
export function writeNumbers(text: string): string {
  return text.replace(numberPattern, (words) => numberValues.get(words) ?? words)
}
