import { Problem, type ListenInput, type ListenPart } from '@parley/contracts'
import { expect, test } from 'vitest'
import { createListening } from './listening.ts'
import type { Clock, PacketDecoder, Recogniser, VoiceDetector } from './ports.ts'

const frame = 960
const voice = 1
const garbage = 255

function createFakes(input: Partial<ListenInput['endpointing']> = {}, recognise?: Recogniser['recognise']) {
  const utterances: Int16Array[] = []
  let concealed = 0
  const decoder: PacketDecoder = {
    decode: (packet) => {
      if (packet[0] === garbage) throw new Error('not Opus')
      return new Int16Array(frame).fill(packet[0]!)
    },
    conceal: () => {
      concealed++
      return new Int16Array(frame)
    },
    [Symbol.dispose]: () => undefined,
  }
  const detector: VoiceDetector = { hasVoice: (window) => window[0] === voice, [Symbol.dispose]: () => undefined }
  const timers = new Map<() => void, number>()
  let now = 0
  const clock: Clock & { pass: (ms: number) => void } = {
    nowMs: () => now,
    after: (delayMs, action) => {
      timers.set(action, now + delayMs)
      return () => timers.delete(action)
    },
    pass: (ms) => {
      now += ms
      for (const [action, at] of timers) if (at <= now && timers.delete(action)) action()
    },
  }
  const recogniser: Recogniser = {
    name: 'fake',
    capabilities: { streaming: false, partials: false, sampleRateHz: 16_000, languages: 'any' },
    recognise:
      recognise ??
      (async ({ samples }) => {
        utterances.push(samples)
        return { text: 'words' }
      }),
    check: () => undefined,
  }
  const endpointing = { mode: 'auto' as const, silenceMs: 300, maxSpeechMs: 3_000, ...input }
  const listening = createListening(
    { listenId: crypto.randomUUID(), format: { sampleRateHz: 16_000, frameMs: 60 }, endpointing },
    { decoder, detector, recogniser, clock },
  )
  let sequence = 0
  return {
    listening,
    clock,
    utterances,
    concealed: () => concealed,
    hear: (count: number, content: number) => {
      for (let index = 0; index < count; index++) {
        listening.receive({ kind: 'frame', sequence: sequence++, packet: Uint8Array.of(content) })
      }
    },
    lose: (count: number) => (sequence += count),
    end: () => listening.receive({ kind: 'end', sequence }),
    all: () => Array.fromAsync(listening.parts(new AbortController().signal)),
  }
}

const types = (parts: ListenPart[]) => parts.map(({ type }) => type)

test('auto: silence ends the utterance, which has its pre-roll', async () => {
  const { hear, all, utterances } = createFakes()
  hear(100, 0)
  hear(10, voice)
  hear(5, 0)
  const parts = await all()
  expect(types(parts)).toEqual(['speech-start', 'speech-end', 'final'])
  expect(parts.at(-1)).toMatchObject({ text: 'words', provider: 'fake', speechMs: 600 })
  const before = utterances[0]!.findIndex((sample) => sample === voice) / 16
  expect(before).toBeGreaterThanOrEqual(300)
  expect(before).toBeLessThan(600)
})

test('auto: a sender that stops sending in a silence has finished', async () => {
  const { hear, all, clock } = createFakes()
  hear(10, voice)
  hear(2, 0)
  clock.pass(180 + 60 + 79)
  hear(0, 0)
  const parts = all()
  clock.pass(1)
  expect(types(await parts)).toEqual(['speech-start', 'speech-end', 'final'])
})

test('auto: a sender that stalls in the middle of a word gets a second', async () => {
  const { hear, all, clock, utterances } = createFakes()
  hear(10, voice)
  clock.pass(900)
  hear(10, voice)
  clock.pass(999)
  const parts = all()
  clock.pass(1)
  await parts
  expect(utterances[0]).toHaveLength(20 * frame)
})

test('auto: noise that never became speech is not recognised', async () => {
  const { hear, end, all, utterances } = createFakes()
  hear(1, voice)
  hear(10, 0)
  end()
  expect(await all()).toEqual([{ type: 'final', text: '', provider: 'fake', speechMs: 0, recognitionMs: 0 }])
  expect(utterances).toEqual([])
})

test('manual: everything until the end is the utterance', async () => {
  const { hear, end, all, utterances } = createFakes({ mode: 'manual' })
  hear(20, 0)
  hear(10, voice)
  hear(20, 0)
  end()
  expect(types(await all())).toEqual(['speech-start', 'speech-end', 'final'])
  expect(utterances[0]).toHaveLength(50 * frame)
})

test('manual: without voice nothing is asked', async () => {
  const { hear, end, all, utterances } = createFakes({ mode: 'manual' })
  hear(20, 0)
  end()
  expect(await all()).toMatchObject([{ type: 'final', text: '' }])
  expect(utterances).toEqual([])
})

test('manual: an end that never comes is made', async () => {
  const { all, clock } = createFakes({ mode: 'manual' })
  const parts = all()
  clock.pass(3_000)
  expect(await parts).toMatchObject([{ type: 'final', text: '' }])
})

test('lost frames and garbage are concealed, empty and late ones skipped', async () => {
  const { hear, lose, end, all, listening, concealed, utterances } = createFakes({ mode: 'manual' })
  hear(5, voice)
  lose(2)
  hear(5, voice)
  hear(1, garbage)
  listening.receive({ kind: 'frame', sequence: 3, packet: Uint8Array.of(voice) })
  listening.receive({ kind: 'frame', sequence: 13, packet: new Uint8Array(0) })
  end()
  await all()
  expect(concealed()).toBe(3)
  expect(utterances[0]).toHaveLength(13 * frame)
})

test("a problem of the recogniser is the caller's", async () => {
  const { hear, end, all } = createFakes({ mode: 'manual' }, () => Promise.reject(new Problem('timeout', 'late')))
  hear(5, voice)
  end()
  await expect(all()).rejects.toMatchObject({ code: 'timeout' })
})

test('an abort ends the waiting for frames, and the waiting for words', async () => {
  const waiting = createFakes()
  const abort = new AbortController()
  const first = waiting.listening.parts(abort.signal).next()
  abort.abort(new Error('enough'))
  await expect(first).rejects.toThrow('enough')

  let given: AbortSignal | undefined
  const never = createFakes({ mode: 'manual' }, (_utterance, { signal }) => {
    given = signal
    return new Promise(() => {})
  })
  never.hear(1, voice)
  never.end()
  const second = new AbortController()
  const words = never.listening.parts(second.signal).next()
  await Promise.resolve()
  second.abort(new Error('enough'))
  await expect(words).rejects.toThrow('enough')
  expect(given?.aborted).toBe(true)
})

test('auto: a shorter limit ends the utterance sooner, a longer one later', async () => {
  const shorter = createFakes()
  shorter.hear(10, voice)
  shorter.hear(3, 0)
  shorter.listening.receive({ kind: 'limit', silenceMs: 150 })
  shorter.hear(1, 0)
  expect(types(await shorter.all())).toEqual(['speech-start', 'speech-end', 'final'])

  const longer = createFakes()
  longer.hear(10, voice)
  longer.hear(1, 0)
  longer.listening.receive({ kind: 'limit', silenceMs: 900 })
  longer.hear(10, 0)
  longer.hear(10, voice)
  longer.end()
  expect((await longer.all()).at(-1)).toMatchObject({ speechMs: 1_860 })
})

test('auto: a new limit counts for a sender that sends nothing in silence, too', async () => {
  const { hear, clock, listening, all } = createFakes()
  hear(10, voice)
  hear(1, 0)
  listening.receive({ kind: 'limit', silenceMs: 100 })
  clock.pass(200)
  expect(types(await all())).toEqual(['speech-start', 'speech-end', 'final'])
})
