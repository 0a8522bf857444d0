const contractions: [RegExp, string][] = [
  [/\b(what|who|where|how|it|that|time)'s\b/g, '$1 is'],
  [/\b(i)'m\b/g, '$1 am'],
  [/\b(you|we|they)'re\b/g, '$1 are'],
]
const smallWordsFirst =
  /^(?:(?:hey|hi|hello|ok|okay) parley|please|um+|uh+|er+|well|so|now|and|(?:can|could|would|will) you(?! (?:do|hear))(?: please)?|i want you to|i would like you to|你好小智|小智|请问|请|麻烦|帮我|给我|你能|能不能|可以)\s*/
const smallWordsLast = /\s*(?:please|for me|right now|now|thank you very much|一下|吧|呢|啊|呀|吗|好吗|谢谢)$/

export function isChinese(text: string): boolean {
  return /\p{Script=Han}/u.test(text)
}

/**
 * A question as a rule sees it: lower case, without punctuation, contractions and polite small words, so that what a
 * recogniser heard and what a person typed look alike.
 */
export function simplify(text: string): string {
  const straight = text.normalize('NFKC').toLowerCase().replaceAll('’', "'")
  const spelled = contractions.reduce((result, [pattern, full]) => result.replace(pattern, full), straight)
  const plain = spelled
    .replaceAll(/[^\p{L}\p{N}%'\s]/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
  return stripWhile(stripWhile(plain, smallWordsFirst), smallWordsLast) || plain
}

function stripWhile(text: string, pattern: RegExp): string {
  for (let rest = text; ;) {
    const shorter = rest.replace(pattern, '')
    if (shorter === rest || shorter === '') return rest
    rest = shorter
  }
}
