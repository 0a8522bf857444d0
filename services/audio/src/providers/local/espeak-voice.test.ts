import { expect, test } from 'vitest'
import { toEspeakOptions } from './espeak-voice.ts'

test.each([
  ['hello', {}, 'en-us'],
  ['hello', { language: 'en-GB' }, 'en-gb'],
  ['你好', {}, 'cmn'],
  ['hello', { language: 'zh-CN' }, 'cmn'],
  ['こんにちは世界', {}, 'ja'],
  ['hello', { name: 'en-us+f3' }, 'en-us+f3'],
  ['hello', { name: 'alloy --path=/etc', language: 'de' }, 'de'],
])('%s with %o speaks as %s', (text, voice, name) => {
  expect(toEspeakOptions(text, voice)).toEqual(['-v', name, '-s', '160', '-p', '50', '-a', '100'])
})

test('speed, pitch and volume are relative', () => {
  const options = ['-v', 'en-us', '-s', '240', '-p', '99', '-a', '50']
  expect(toEspeakOptions('hi', { speed: 1.5, pitch: 2, volume: 0.5 })).toEqual(options)
})
