import { expect, test } from 'vitest'
import { createTranscriptCleaner, readTags } from './transcripts.ts'

const clean = createTranscriptCleaner({ minConfidence: 0.3, languageLock: true, ghosts: ['Copyright Acme'] })
const about = (speechMs = 1_500, language?: string) => ({ speechMs, language })
const textOf = (text: string, speechMs?: number, language?: string) => clean({ text }, about(speechMs, language)).text

test.each([
  'Thanks for watching!',
  'Thank you for watching.',
  '请不吝点赞 订阅 转发 打赏支持明镜与点点栏目',
  '字幕由 Amara.org 社区提供',
  'ご視聴ありがとうございました。',
  'copyright acme',
  '。',
])('nobody said %j', (text) => {
  expect(textOf(text)).toBe('')
})

test('a word out of a moment of noise is none, a longer one is', () => {
  expect([textOf('Yeah.', 240), textOf('嗯。', 300), textOf('You', 270)]).toEqual(['', '', ''])
  expect([textOf('Yeah.', 600), textOf('嗯。', 900), textOf('Stop', 240), textOf('Thanks for the watch', 900)]).toEqual(
    ['Yeah.', '嗯。', 'Stop', 'Thanks for the watch'],
  )
})

test.each([
  ['zh', '今天天气怎么样', true],
  ['zh-CN', '打开 YouTube', true],
  ['zh', 'Hello', true],
  ['zh', '안녕하세요', false],
  ['zh', 'こんにちは', false],
  ['zh', 'Привет', false],
  ['en', '今天天气怎么样', false],
  ['en-US', 'What time is it?', true],
  ['ja', '今日はいい天気です', true],
  ['ko', '오늘 날씨 어때', true],
  ['de', 'Wie spät ist es?', true],
  ['ru', 'который час', true],
  ['ru', '今天', false],
])('in %s, %j is kept: %s', (language, text, kept) => {
  expect(textOf(text, 1_500, language)).toBe(kept ? text : '')
})

test('without a language, or without the lock, everything is', () => {
  expect(textOf('안녕하세요')).toBe('안녕하세요')
  const open = createTranscriptCleaner({ minConfidence: 0, languageLock: false, ghosts: [] })
  expect(open({ text: '안녕하세요' }, about(900, 'zh')).text).toBe('안녕하세요')
})

test('what is hardly believed is not told; who does not say how sure they are is believed', () => {
  expect(clean({ text: 'maybe', confidence: 0.2 }, about()).text).toBe('')
  expect(clean({ text: 'surely', confidence: 0.5 }, about()).text).toBe('surely')
})

test('tags of SenseVoice become facts', () => {
  expect(readTags({ text: '<|zh|><|HAPPY|><|Laughter|><|withitn|>太好了！' })).toEqual({
    text: '太好了！',
    language: 'zh',
    emotion: 'happy',
    event: 'laughter',
  })
  expect(clean({ text: '<|nospeech|><|EMO_UNKNOWN|><|Speech|><|woitn|>' }, about())).toMatchObject({ text: '' })
  expect(readTags({ text: 'plain' })).toEqual({ text: 'plain' })
})
