import { plain } from './plain.ts'

/**
 * Whether the text of `listen detect` is a wake word. What is none was typed by a person: browsers and test clients
 * send text in this way.
 */
export function isWakeWord(text: string, wakeWords: string[]): boolean {
  const given = plain(text)
  return given !== '' && wakeWords.some((word) => plain(word) === given)
}
