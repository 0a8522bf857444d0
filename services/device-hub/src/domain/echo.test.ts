import { expect, test } from 'vitest'
import { interrupts } from './backchannel.ts'
import { createEchoGuard } from './echo.ts'

function guard(...said: string[]) {
  const echoes = createEchoGuard()
  for (const text of said) echoes.said(text, () => 1_000)
  return (heard: string, at = 900) => echoes.isEcho(heard, at)
}

test.each(['The weather is nice today', 'weather is nice', 'the whether is nice today', 'nice today. And warm'])(
  '%j is what the device said itself',
  (heard) => {
    expect(guard('The weather is nice today.', 'And warm, too.')(heard)).toBe(true)
  },
)

test.each(['stop', 'nice', 'and tomorrow', 'turn off the light please', ''])('%j is not', (heard) => {
  expect(guard('The weather is nice today.', 'And warm, too.')(heard)).toBe(false)
})

test('Chinese, too', () => {
  expect(guard('今天天气很好。')('今天天气很好')).toBe(true)
  expect(guard('今天天气很好。')('明天呢')).toBe(false)
})

test('whoever repeats after the device, a moment later, is a person', () => {
  const isEcho = guard('How are you today?')
  expect(isEcho('how are you today', 1_300)).toBe(true)
  expect(isEcho('how are you today', 1_500)).toBe(false)
})

test('only the last sentences are remembered', () => {
  const sentences = Array.from(
    { length: 20 },
    (_, index) => `Sentence number ${'abcdefghijklmnopqrstuvwxyz'[index]?.repeat(9)}.`,
  )
  const isEcho = guard(...sentences)
  expect(isEcho('aaaaaaaaa')).toBe(false)
  expect(isEcho('ttttttttt')).toBe(true)
})

test.each(['mhm', 'Yeah.', '嗯嗯', 'OK!', ''])('%j asks nobody to stop', (words) =>
  expect(interrupts(words)).toBe(false),
)
test.each(['stop', 'yeah but', '等一下', 'no'])('%j does', (words) => expect(interrupts(words)).toBe(true))
