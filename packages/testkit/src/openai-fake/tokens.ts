/** A word with the white space before it, a Chinese character, or a run of punctuation: about what a model writes at once. */
const token = /\s*(?:\p{Script=Han}|(?:(?!\p{Script=Han})[\p{L}\p{N}'’])+|[^\s\p{L}\p{N}]+)|\s+/gu

/** Cuts a text as a model would write it; the pieces joined are the text. */
export function toTokens(text: string): string[] {
  return text.match(token) ?? []
}
