import { expect, test } from 'vitest'
import { encodeServerMessage, helloMessage } from './server-messages.ts'

test('the hello has every field that a device needs, numbers as numbers', () => {
  const hello = JSON.parse(encodeServerMessage(helloMessage({ sampleRateHz: 24_000, frameMs: 60 }), 'session'))
  expect(hello).toEqual({
    type: 'hello',
    transport: 'websocket',
    session_id: 'session',
    version: 1,
    audio_params: { format: 'opus', sample_rate: 24_000, channels: 1, frame_duration: 60 },
  })
})

test('every message carries the session', () => {
  const text = encodeServerMessage({ type: 'tts', state: 'sentence_start', text: '"Hi"' }, 'session')
  expect(JSON.parse(text)).toEqual({ type: 'tts', state: 'sentence_start', text: '"Hi"', session_id: 'session' })
})
