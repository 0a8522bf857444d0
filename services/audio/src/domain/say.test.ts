import { expect, test } from 'vitest'
import type { Pcm } from './ports.ts'
import { createVoice } from '../providers/chain/chain-fakes.ts'
import { toSaid, withVolume } from './say.ts'

test.each([
  ['**Hello** 😀 [there](https://example.com)', undefined, 'Hello there'],
  ['今天25℃', 'zh-CN', '今天25摄氏度'],
  ['# 标题\n- 一\n- 二', 'zh', '标题 一 二'],
])('%j is said as %j', (text, language, said) => {
  expect(toSaid(text, { language }).replace(/\s+/g, ' ')).toBe(said)
})

test('words are said as their agent wants them: the longest first, once, and as words', () => {
  const replacements = [
    { from: 'AI', to: 'A I' },
    { from: 'OpenAI', to: 'open A I' },
    { from: '重庆', to: '虫庆' },
    { from: '重', to: '中' },
    { from: 'C++', to: 'C plus plus' },
    { from: 'hm', to: '' },
  ]
  expect(toSaid('OpenAI and ai, not aim', { replacements })).toBe('open A I and A I, not aim')
  expect(toSaid('重庆很重', { replacements })).toBe('虫庆很中')
  expect(toSaid('I like C++, hm.', { replacements })).toBe('I like C plus plus, .')
})

test('a voice is as loud as it is wanted, without a wrap at the edge', async () => {
  const pcm: Pcm = { samples: Int16Array.of(100, -30_000, 30_000), sampleRateHz: 16_000 }
  const voice = createVoice('a', async function* () {
    yield pcm
  })
  const quiet = withVolume({ ...voice, capabilities: { ...voice.capabilities, volume: false } })
  const say = (volume?: number) =>
    Array.fromAsync(quiet.synthesise({ text: 'x', voice: { volume } }, { signal: new AbortController().signal }))
  expect(await say(2)).toEqual([{ ...pcm, samples: Int16Array.of(200, -32_768, 32_767) }])
  expect(await say(0.5)).toEqual([{ ...pcm, samples: Int16Array.of(50, -15_000, 15_000) }])
  expect(await say()).toEqual([pcm])
  expect(withVolume(voice)).toBe(voice)
})
