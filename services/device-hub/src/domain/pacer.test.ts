import { expect, test } from 'vitest'
import { VirtualClock } from '../../test/virtual-clock.ts'
import { Pacer } from './pacer.ts'

const frameMs = 60
const never = new AbortController().signal

function pacing(leadFrames = 3, latenessMs = 0) {
  const clock = new VirtualClock()
  clock.latenessMs = latenessMs
  const pacer = new Pacer(clock, { frameMs, leadFrames })
  const from = clock.now()
  const released: number[] = []
  const release = async (count: number, notBefore = from) => {
    for (let frame = 0; frame < count; frame++) {
      await pacer.next(notBefore, never)
      released.push(clock.now() - from)
    }
  }
  return { clock, pacer, from, released, release }
}

test('the lead leaves at once, the rest one a frame', async () => {
  const { clock, released, release } = pacing(2)
  void release(6)
  await clock.advance(1_000)
  expect(released).toEqual([0, 0, 0, 60, 120, 180])
})

test('timers that fire late do not add up', async () => {
  const { clock, released, release } = pacing(3, 20)
  void release(200)
  await clock.advance(20_000)
  expect(released.at(-1)).toBe((199 - 3) * frameMs + 20)
})

test('the first frame waits for its moment, and so does what follows', async () => {
  const { clock, from, released, release } = pacing(1)
  void release(3, from + 100)
  await clock.advance(1_000)
  expect(released).toEqual([100, 100, 160])
})

test('after a source ran dry the clock starts anew and nothing is rushed beyond the lead', async () => {
  const { clock, released, release } = pacing(2)
  await release(3)
  await clock.advance(1_000)
  void release(5)
  await clock.advance(1_000)
  expect(released.slice(3)).toEqual([1_000, 1_000, 1_000, 1_060, 1_120])
})

test('a source that is late by less than the lead changes nothing', async () => {
  const { clock, released, release } = pacing(3)
  await release(4)
  await clock.advance(200)
  void release(3)
  await clock.advance(1_000)
  expect(released.slice(4)).toEqual([200, 200, 200].map((at, index) => Math.max(at, (index + 1) * frameMs)))
})

test('frames know their place in the audio of the turn', async () => {
  const { pacer, from } = pacing(3)
  const places = [await pacer.next(from, never), await pacer.next(from, never), await pacer.next(from, never)]
  expect(places).toEqual([0, 60, 120])
  expect(pacer.count).toBe(3)
})

test('what has been played follows the clock, not what was sent', async () => {
  const { clock, pacer, release } = pacing(3)
  expect(pacer.playedFrames()).toBe(0)
  await release(4)
  expect(pacer.playedFrames()).toBe(0)
  await clock.advance(130)
  expect(pacer.playedFrames()).toBe(2)
  await clock.advance(5_000)
  expect(pacer.playedFrames()).toBe(4)
})

test('a pause without audio is not counted as played', async () => {
  const { clock, pacer, release } = pacing(1)
  await release(2)
  await clock.advance(1_000)
  await release(1)
  expect(pacer.playedFrames()).toBe(2)
  expect(pacer.playedOutAt).toBe(clock.now() + frameMs)
})

test('waiting ends with the signal, and the frame is not counted', async () => {
  const { clock, pacer, from, release } = pacing(1)
  await release(2)
  const abort = new AbortController()
  const waiting = pacer.next(from, abort.signal)
  abort.abort(new Error('stopped'))
  await expect(waiting).rejects.toThrow('stopped')
  expect(pacer.count).toBe(2)
  expect(clock.pending).toBe(0)
})
