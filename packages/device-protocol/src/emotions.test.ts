import { describe, expect, test } from 'vitest'
import { emojiOf, findEmotion, withoutEmoji } from './emotions.ts'

/** The names that firmware knows. */
const faces =
  '😶neutral 🙂happy 😆laughing 😂funny 😔sad 😠angry 😭crying 😍loving 😳embarrassed 😲surprised 😱shocked ' +
  '🤔thinking 😉winking 😎cool 😌relaxed 🤤delicious 😘kissy 😏confident 😴sleepy 😜silly 🙄confused'
const pairs = faces
  .split(' ')
  .map((face) => [...face])
  .map(([emoji, ...name]) => [emoji ?? '', name.join('')] as const)

test('there are 21 faces', () => {
  expect(new Set(pairs.map(([, name]) => name)).size).toBe(21)
})

describe.each(pairs)('%s', (emoji, emotion) => {
  test(`is ${emotion}, both ways`, () => {
    expect(findEmotion(`Well ${emoji} then`)).toBe(emotion)
    expect(emojiOf(emotion)).toBe(emoji)
    expect(withoutEmoji(`Well ${emoji}then`)).toBe('Well then')
  })
})

describe('the emotion of a text', () => {
  test.each([
    ['no face at all', undefined],
    ['', undefined],
    ['🍕 is a thing, not a face', undefined],
    ['🍕 is a thing, 😎 a face', 'cool'],
    ['😭 comes before 😂', 'crying'],
    ['😶\u200D🌫️ in the clouds begins with a known face', 'neutral'],
    ['👨‍👩‍👧 is a family', undefined],
    ['🤔\uFE0F with a presentation mark', 'thinking'],
    ['100 % #1 are no faces', undefined],
  ])('%s', (text, emotion) => {
    expect(findEmotion(text)).toBe(emotion)
  })

  test('that a device does not know shows the neutral face', () => {
    expect(emojiOf('curious')).toBe('😶')
  })
})

describe('stripping', () => {
  test.each([
    ['a family: 👨‍👩‍👧!', 'a family: !'],
    ['a hand: 👍🏽!', 'a hand: !'],
    ['a heart: ❤️!', 'a heart: !'],
    ['in the clouds 😶\u200D🌫️!', 'in the clouds !'],
    ['a keycap 1️⃣!', 'a keycap 1!'],
    ['a flag 🇨🇭!', 'a flag !'],
    ['a flag of tags 🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}!', 'a flag of tags !'],
    ['a tone left alone 🏽!', 'a tone left alone !'],
    ['😂😂😂', ''],
    ['1 + 2 = 3 * #', '1 + 2 = 3 * #'],
    ['你好，世界。', '你好，世界。'],
  ])('%s', (text, stripped) => {
    expect(withoutEmoji(text)).toBe(stripped)
  })
})
