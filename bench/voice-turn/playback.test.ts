import { expect, test } from 'vitest'
import { toPlayback } from './playback.ts'

test('frames ahead of their time are neither late nor missed', () => {
  const frames = [0, 1, 2, 62, 121, 180]
  expect(toPlayback(frames)).toEqual({ gapsMs: [1, 1, 60, 59, 59], lateFrames: 0, underruns: 0, silenceMs: 0 })
})

test('a frame that comes after the one before it was played is an underrun, and the rest follows it', () => {
  const { lateFrames, underruns, silenceMs } = toPlayback([0, 60, 220, 250, 310])
  expect({ lateFrames, underruns, silenceMs }).toEqual({ lateFrames: 3, underruns: 1, silenceMs: 100 })
})
