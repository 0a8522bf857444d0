import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { heardText, type SpokenSegment } from './heard-text.ts'

/** Segments one after the other, `frames` each. */
function spoken(texts: string[], frames = 10, last: Partial<SpokenSegment> = {}): SpokenSegment[] {
  return texts.map((text, index) => ({
    text,
    firstFrame: index * frames,
    endFrame: (index + 1) * frames,
    whole: true,
    ...(index === texts.length - 1 && last),
  }))
}

const two = spoken(['One two three four.', 'Five six seven eight.'])

describe('what was heard', () => {
  test.each([
    ['nothing yet', 0, ''],
    ['a first word', 2, 'One'],
    ['no part of a word', 1, ''],
    ['whole words', 8, 'One two three'],
    ['the first sentence', 10, 'One two three four.'],
    ['the first sentence and no part of a word', 11, 'One two three four.'],
    ['some of the second', 16, 'One two three four. Five six'],
    ['everything', 20, 'One two three four. Five six seven eight.'],
    ['no more than everything', 99, 'One two three four. Five six seven eight.'],
  ])('%s', (_name, played, text) => {
    expect(heardText(two, played)).toBe(text)
  })

  test('a sentence whose audio is not all here is not claimed as a whole', () => {
    const segments = spoken(['One two three four.'], 10, { whole: false })
    expect(heardText(segments, 10)).toBe('One two')
  })

  test('frames that belong to something else do not count for it', () => {
    const segments = spoken(['One two three four.'], 10, { whole: false })
    expect(heardText(segments, 100)).toBe('One two')
  })

  test('Chinese is cut between characters and joined without spaces', () => {
    const segments = spoken(['今天天气很好。', '我们去公园吧。'])
    expect(heardText(segments, 20)).toBe('今天天气很好。我们去公园吧。')
    expect(heardText(segments, 15)).toBe('今天天气很好。我们去')
  })

  test('Latin text after Chinese keeps its space', () => {
    expect(heardText(spoken(['你好。', 'Hello there.']), 20)).toBe('你好。 Hello there.')
  })

  test('a text without a space between words is cut where it is', () => {
    expect(heardText(spoken(['สวัสดีครับผม']), 5)).toBe('สวัสดี')
  })

  test('grows as more is played, and is a beginning of the reply', () => {
    const texts = fc.array(fc.stringMatching(/^[a-z]{1,8}( [a-z]{1,8}){0,5}\.$/), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(texts, fc.nat(60), fc.nat(60), (texts, some, more) => {
        const segments = spoken(texts)
        const less = heardText(segments, Math.min(some, more))
        expect(heardText(segments, Math.max(some, more)).startsWith(less)).toBe(true)
        expect(texts.join(' ').startsWith(less)).toBe(true)
      }),
    )
  })
})
