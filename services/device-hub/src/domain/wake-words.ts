/** Letters and digits only, lower case: recognisers and firmware differ in spaces, hyphens and case. */
function normalise(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
}

/**
 * Whether the text of `listen detect` is a wake word. What is none was typed by a person: browsers and test clients
 * send text in this way.
 */
export function isWakeWord(text: string, wakeWords: string[]): boolean {
  const given = normalise(text)
  return given !== '' && wakeWords.some((word) => normalise(word) === given)
}
