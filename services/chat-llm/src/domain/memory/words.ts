const mostWords = 64
const filler = new Set(
  'the and for are was were you your with that this have has had what when where who how why from about into not but can could would will shall does did his her its our they them there then than some any all one'.split(
    ' ',
  ),
)
const cjk = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]+/gu

/**
 * What a text is found by: its words in small letters, without the commonest ones and the plural's `s`; of Chinese, Japanese
 * and Korean, which put no spaces, each pair of neighbouring characters.
 */
export function toWords(text: string): string[] {
  const plain = text.normalize('NFKC').toLowerCase()
  const pairs = [...plain.matchAll(cjk)].flatMap(([run]) => pairsOf(run))
  const words = plain
    .replace(cjk, ' ')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => (word.length > 2 || /^\d+$/.test(word)) && !filler.has(word))
    .map((word) => (word.length > 3 ? word.replace(/s$/, '') : word))
  return [...new Set([...words, ...pairs])].slice(0, mostWords)
}

function pairsOf(run: string): string[] {
  const characters = Array.from(run)
  if (characters.length === 1) return characters
  return characters.slice(1).map((character, index) => `${characters[index]}${character}`)
}
