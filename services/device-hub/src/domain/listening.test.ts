import { Problem } from '@parley/contracts'
import { describe, expect, test } from 'vitest'
import { countingIds, FakeEars, packet } from '../../test/fakes.ts'
import { settle, VirtualClock } from '../../test/virtual-clock.ts'
import { startListening, type Heard } from './listening.ts'

const format = { sampleRateHz: 16_000, frameMs: 60 } as const

type Scene = { mode?: 'auto' | 'manual'; early?: Uint8Array[]; maxSpeechMs?: number }

function scene({ mode = 'auto', early = [], maxSpeechMs = 30_000 }: Scene = {}) {
  const clock = new VirtualClock()
  const ears = new FakeEars()
  const heard: Heard[] = []
  const failures: unknown[] = []
  let speechStarts = 0
  const endpointing = { mode, silenceMs: 400, maxSpeechMs }
  const listening = startListening(
    { format, endpointing, language: 'en', early },
    { ears, clock, newId: countingIds() },
    {
      onPartial: () => undefined,
      onSpeechStart: () => speechStarts++,
      onHeard: (one) => heard.push(one),
      onFailed: (error) => failures.push(error),
    },
  )
  const ready = async () => {
    ears.last.feed.emit({ type: 'ready' })
    await settle()
  }
  return { clock, ears, heard, failures, listening, ready, speechStarts: () => speechStarts }
}

describe('frames', () => {
  test('go to the recogniser in order, early ones first, whether it is ready or not', async () => {
    const { ears, listening, ready } = scene({ early: [packet(1), packet(2)] })
    listening.push(packet(3))
    expect(ears.sent).toEqual([])
    await ready()
    listening.push(packet(4))
    expect(ears.sentTo(0)).toEqual(['0:1', '1:2', '2:3', '3:4'])
  })

  test('are all kept for a recogniser that takes its time', async () => {
    const { ears, listening, ready } = scene()
    for (let mark = 0; mark < 100; mark++) listening.push(packet(mark))
    await ready()
    expect(ears.sentTo(0)).toHaveLength(100)
    expect(ears.sentTo(0)[0]).toBe('0:0')
  })

  test('end when the button is released, also before the recogniser is ready', async () => {
    const { ears, listening, ready } = scene({ mode: 'manual' })
    listening.push(packet(1))
    listening.finish()
    listening.push(packet(2))
    listening.finish()
    await ready()
    expect(ears.sentTo(0)).toEqual(['0:1', '1:end'])
  })

  test('end when the button is released', async () => {
    const { ears, listening, ready } = scene({ mode: 'manual' })
    await ready()
    listening.push(packet(1))
    listening.finish()
    listening.finish()
    expect(ears.sentTo(0)).toEqual(['0:1', '1:end'])
  })
})

describe('what is heard', () => {
  test('is told once, trimmed, with its language and the end of speech', async () => {
    const { clock, ears, heard, ready, speechStarts } = scene()
    await ready()
    ears.last.feed.emit({ type: 'speech-start' }, { type: 'partial', text: 'hel' })
    await clock.advance(700)
    ears.last.feed.emit({ type: 'speech-end' })
    await clock.advance(300)
    ears.hear(' hello ', 'en')
    await settle()
    expect(speechStarts()).toBe(1)
    expect(heard).toEqual([
      { text: 'hello', language: 'en', provider: 'fake', recognitionMs: 20, endOfSpeechAt: clock.now() - 300 },
    ])
    expect(ears.last.feed.closed).toBe(true)
  })

  test('may be nothing', async () => {
    const { ears, heard, ready } = scene()
    await ready()
    ears.hear(' ')
    await settle()
    expect(heard[0]?.text).toBe('')
  })

  test('ended, in push to talk, when the button was released', async () => {
    const { clock, ears, heard, listening, ready } = scene({ mode: 'manual' })
    await ready()
    listening.finish()
    const releasedAt = clock.now()
    await clock.advance(200)
    ears.last.feed.emit({ type: 'speech-end' })
    ears.hear('hello')
    await settle()
    expect(heard[0]?.endOfSpeechAt).toBe(releasedAt)
  })
})

describe('a recogniser that dies', () => {
  const gone = new Problem('unavailable', 'gone')

  test('is replaced by another, which gets the whole utterance under a new id', async () => {
    const { ears, heard, failures, listening, ready } = scene({ mode: 'manual', early: [packet(1)] })
    await ready()
    listening.push(packet(2))
    ears.last.feed.fail(gone)
    await settle()
    listening.push(packet(3))
    listening.finish()
    await ready()
    expect(ears.listenings).toHaveLength(2)
    expect(ears.listenings[0]?.input.listenId).not.toBe(ears.listenings[1]?.input.listenId)
    expect(ears.sentTo(0)).toEqual(['0:1', '1:2'])
    expect(ears.sentTo(1)).toEqual(['0:1', '1:2', '2:3', '3:end'])
    ears.hear('hello')
    await settle()
    expect(heard).toHaveLength(1)
    expect(failures).toEqual([])
  })

  test('twice is a failure', async () => {
    const { ears, failures } = scene()
    ears.last.feed.fail(gone)
    await settle()
    ears.last.feed.fail(gone)
    await settle()
    expect(failures).toEqual([gone])
    expect(ears.listenings).toHaveLength(2)
  })

  test('without a result has failed too', async () => {
    const { ears, failures } = scene()
    ears.last.feed.end()
    await settle()
    ears.last.feed.end()
    await settle()
    expect(failures).toEqual([expect.objectContaining({ code: 'provider-failed' })])
  })

  test('for a reason that would come again is not replaced', async () => {
    const { ears, failures } = scene()
    ears.last.feed.fail(new Problem('bad-request', 'no'))
    await settle()
    expect(failures).toHaveLength(1)
    expect(ears.listenings).toHaveLength(1)
  })

  test('keeps nothing of long silence but what a recogniser looks back on', async () => {
    const { ears, listening, ready } = scene()
    await ready()
    for (let frame = 0; frame < 1_000; frame++) listening.push(packet(frame % 256))
    ears.last.feed.fail(gone)
    await settle()
    await ready()
    expect(ears.sentTo(1)).toHaveLength(3_000 / format.frameMs)
    expect(ears.sentTo(1)[0]).toBe(`0:${950 % 256}`)
  })

  test('lets go of what was kept while nobody was ready, when it was silence', async () => {
    const { ears, listening, ready } = scene()
    for (let frame = 0; frame < 200; frame++) listening.push(packet(frame))
    await ready()
    listening.push(packet(200))
    ears.last.feed.fail(gone)
    await settle()
    await ready()
    expect(ears.sentTo(1)).toHaveLength(3_000 / format.frameMs)
  })

  test('keeps an utterance up to its longest', async () => {
    const { ears, listening, ready } = scene({ maxSpeechMs: 6_000 })
    await ready()
    ears.last.feed.emit({ type: 'speech-start' })
    await settle()
    for (let frame = 0; frame < 1_000; frame++) listening.push(packet(0))
    ears.last.feed.fail(gone)
    await settle()
    await ready()
    expect(ears.sentTo(1)).toHaveLength(9_000 / format.frameMs)
  })
})

describe('stop', () => {
  test('ends the recognition, and nothing is heard of it', async () => {
    const { ears, heard, failures, listening, ready } = scene()
    await ready()
    listening.stop()
    listening.push(packet(1))
    await settle()
    expect(ears.last.signal.aborted).toBe(true)
    expect(ears.last.feed.closed).toBe(true)
    expect([heard, failures, ears.sent]).toEqual([[], [], []])
    expect(ears.listenings).toHaveLength(1)
  })
})
