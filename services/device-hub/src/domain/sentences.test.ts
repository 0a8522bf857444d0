import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createSentenceSplitter, isSpeakable, splitSentences, toSpeakable } from './sentences.ts'

/** What comes out when a text comes in such pieces. */
function split(...pieces: string[]): string[] {
  const splitter = createSentenceSplitter()
  return [...pieces.flatMap((piece) => splitter.push(piece)), ...splitter.flush()]
}

/** At most 80 Han characters or 160 Latin ones. */
function width(text: string): number {
  return [...text].reduce(
    (sum, character) => sum + (/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(character) ? 2 : 1),
    0,
  )
}

describe('segments', () => {
  test.each<[name: string, text: string, segments: string[]]>([
    [
      'whole sentences',
      'Hello there. How are you today? I am fine, thanks.',
      ['Hello there.', 'How are you today?', 'I am fine, thanks.'],
    ],
    [
      'the first ends at a comma',
      'Well of course, let me tell you something about it.',
      ['Well of course,', 'let me tell you something about it.'],
    ],
    [
      'only the first does',
      'Hello there. First of all, let me say that.',
      ['Hello there.', 'First of all, let me say that.'],
    ],
    ['a first one that is too short waits', 'Oh, yes! Of course I will.', ['Oh, yes!', 'Of course I will.']],
    [
      'tiny ones are joined',
      'Let me think. Yes. No. Well, perhaps it is so.',
      ['Let me think.', 'Yes. No. Well, perhaps it is so.'],
    ],
    [
      'decimals stay whole',
      'The value is 3.14 and not 2.71 at all. That is it.',
      ['The value is 3.14 and not 2.71 at all.', 'That is it.'],
    ],
    [
      'titles stay with their names',
      'Please ask Dr. Smith about it. He knows, e.g. from Mrs. Jones of course.',
      ['Please ask Dr. Smith about it.', 'He knows, e.g. from Mrs. Jones of course.'],
    ],
    [
      'numbers of a list stay with their item',
      'Here you are:\n1. The first item here.\n2. The second item here.',
      ['Here you are:', '1. The first item here.', '2. The second item here.'],
    ],
    [
      'ellipses',
      'Let me see... I have it now! Yes, I do remember.',
      ['Let me see...', 'I have it now! Yes, I do remember.'],
    ],
    [
      'quotes stay with their sentence',
      'He said "come here." Then he left the house.',
      ['He said "come here."', 'Then he left the house.'],
    ],
    [
      'Chinese',
      '今天天气很好。我们一起去公园玩吧！你觉得怎么样呢？',
      ['今天天气很好。', '我们一起去公园玩吧！', '你觉得怎么样呢？'],
    ],
    [
      'Chinese, the first at a comma',
      '好的没问题，我马上帮你查一下今天的天气。',
      ['好的没问题，', '我马上帮你查一下今天的天气。'],
    ],
    ['mixed', '你好！Hello there my friend. 很高兴认识你呀。', ['你好！Hello there my friend.', '很高兴认识你呀。']],
    ['lines', 'First line here\nSecond line is here\n', ['First line here', 'Second line is here']],
    [
      'times are no pause',
      'It is 12:30 now. Time for lunch, I think.',
      ['It is 12:30 now.', 'Time for lunch, I think.'],
    ],
    ['nothing', ' \n ', []],
  ])('%s', (_name, text, segments) => {
    expect(split(text)).toEqual(segments)
    expect(splitSentences(text)).toEqual(segments)
  })

  test('come as soon as they are complete', () => {
    const splitter = createSentenceSplitter()
    expect(splitter.push('Hello there.')).toEqual([])
    expect(splitter.push(' How')).toEqual(['Hello there.'])
    expect(splitter.push(' are you')).toEqual([])
    expect(splitter.flush()).toEqual(['How are you'])
  })

  test('without any mark are cut between words', () => {
    const text = Array.from({ length: 200 }, (_item, index) => `word${index}`).join(' ')
    const segments = split(text)
    expect(segments.join(' ')).toBe(text)
    expect(Math.max(...segments.map(width))).toBeLessThanOrEqual(160)
  })

  test('without even a space are cut where they must be', () => {
    const segments = split('字'.repeat(500))
    expect(segments.join('')).toBe('字'.repeat(500))
    expect(Math.max(...segments.map(width))).toBeLessThanOrEqual(160)
  })
})

describe('whatever is written, however it is cut into pieces', () => {
  const words = fc.constantFrom(
    'hello',
    'Dr.',
    '3.14',
    '...',
    '。',
    '，',
    '你好',
    '天气',
    '!',
    '?',
    '\n',
    '1.',
    ' ',
    ', ',
    '. ',
    '"',
    '”',
    '😂',
    'e.g.',
    'word',
    ': ',
    '；',
    'x'.repeat(40),
  )
  const text = fc.oneof(
    fc.array(words, { maxLength: 60 }).map((list) => list.join('')),
    fc.string({ unit: 'grapheme', maxLength: 400 }),
  )
  const cuts = fc.array(fc.nat(400), { maxLength: 30 })
  const pieces = (text: string, cuts: number[]) => {
    const places = [0, ...cuts.map((cut) => Math.min(cut, text.length)).sort((a, b) => a - b), text.length]
    return places.slice(1).map((end, index) => text.slice(places[index], end))
  }
  const bare = (text: string) => text.replace(/\s+/g, '')

  test('nothing is lost, doubled or moved', () => {
    fc.assert(
      fc.property(text, cuts, (text, cuts) => {
        expect(bare(split(...pieces(text, cuts)).join(''))).toBe(bare(text))
      }),
      { numRuns: 500 },
    )
  })

  test('no segment is empty or longer than a device shows', () => {
    fc.assert(
      fc.property(text, cuts, (text, cuts) => {
        for (const segment of split(...pieces(text, cuts))) {
          expect(segment).toBe(segment.trim())
          expect(segment).not.toBe('')
          expect(width(segment.replace(/\s/g, ''))).toBeLessThanOrEqual(160)
        }
      }),
      { numRuns: 500 },
    )
  })

  test('sentences with a mark that says so at once are the same in any pieces', () => {
    // None of whose last words is an abbreviation.
    const sentence = fc.stringMatching(/^[a-z]{3,9}( [a-z]{7,9}){3,8}\. $/)
    fc.assert(
      fc.property(fc.array(sentence, { minLength: 1, maxLength: 6 }), cuts, (sentences, cuts) => {
        expect(split(...pieces(sentences.join(''), cuts))).toEqual(sentences.map((one) => one.trim()))
      }),
    )
  })
})

describe('what is spoken', () => {
  test.each([
    ['**Good** _morning_', 'Good morning'],
    ['# Title', 'Title'],
    ['- item\n* another', 'item another'],
    ['1. first', 'first'],
    ['> quoted', 'quoted'],
    ['see [the page](https://a.b/c) here', 'see the page here'],
    ['at https://example.com/x now', 'at now'],
    ['code ```js\nlet x\n``` done', 'code done'],
    ['above\n---\nbelow', 'above below'],
    ['Hello 😂👋🏽!', 'Hello !'],
    ['5 - 3 = 2', '5 - 3 = 2'],
    ['it is -5 degrees', 'it is -5 degrees'],
  ])('of %j', (segment, spoken) => {
    expect(toSpeakable(segment)).toBe(spoken)
  })

  test.each([
    ['---', false],
    ['...', false],
    ['', false],
    ['42', true],
    ['好', true],
  ])('whether %j makes a sound', (text, speakable) => {
    expect(isSpeakable(text)).toBe(speakable)
  })
})
