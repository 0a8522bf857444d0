import { audio, encodeUplink, voiceprints, type Voiceprint } from '@parley/contracts'
import { startVoiceprintFake } from '@parley/testkit/speech-fakes'
import { callAs, newPerson } from '@parley/test-caller'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createVoiceprints, likeness, type StoredVoiceprint, type VoiceprintStore } from '../src/domain/voiceprints.ts'
import { toWav } from '../src/domain/wav.ts'
import { createHttpVoiceprints } from '../src/providers/voiceprint/http-voiceprints.ts'
import { openSherpaVoiceprints } from '../src/providers/voiceprint/sherpa-voiceprints.ts'
import { openAudio, type AudioFixture } from './fixture.ts'
import { saySentence, toDevicePackets } from './speech.ts'

const never = new AbortController().signal
const key = 'voice-key'
const seconds = (count: number, hz: number) =>
  Int16Array.from({ length: 16_000 * count }, (_, at) => 9_000 * Math.sin((2 * Math.PI * hz * at) / 16_000))

function createMemoryStore(): VoiceprintStore {
  const kept = new Map<string, StoredVoiceprint>()
  return {
    list: async (ownerId) => [...kept.values()].filter((one) => one.ownerId === ownerId),
    save: async (voiceprint) => {
      const stored = { ...voiceprint, createdAt: new Date().toISOString() }
      kept.set(voiceprint.voiceprintId, stored)
      return stored
    },
    remove: async (_ownerId, id) => kept.delete(id),
  }
}

describe('sherpa (stand-in for the model)', () => {
  let folder: string
  let model: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parley-speaker-'))
    model = join(folder, 'campplus.onnx')
    await writeFile(model, '')
  })
  afterAll(() => rm(folder, { recursive: true }))

  test('people are told apart, strangers are nobody, and another sample makes surer', async () => {
    const module = new URL('./stand-ins/sherpa.mjs', import.meta.url).href
    await using engine = await openSherpaVoiceprints({ model, threshold: 0.98, module })
    const voices = createVoiceprints({
      engine,
      store: createMemoryStore(),
      newId: () => crypto.randomUUID(),
      identifyMs: 1_000,
    })
    await voices.enrol('home', 'Ada', seconds(2, 200), never)
    await voices.enrol('home', 'Bob', seconds(2, 900), never)
    const again = await voices.enrol('home', 'Ada', seconds(2, 260), never)
    expect(again.samples).toBe(2)
    expect(Math.hypot(...again.embedding!)).toBeCloseTo(1)
    const who = (hz: number, ownerId = 'home') => voices.identify(ownerId, seconds(1, hz), never)
    expect([await who(230), await who(890), await who(3_000)]).toEqual(['Ada', 'Bob', undefined])
    expect(await who(230, 'elsewhere')).toBeUndefined()
    expect(await voices.identify('home', seconds(1, 230).subarray(0, 8_000), never)).toBeUndefined()
    await expect(voices.enrol('home', 'Cy', seconds(1, 300), never)).rejects.toMatchObject({ code: 'bad-request' })
  })

  test('without its model it says what to do', async () => {
    await expect(openSherpaVoiceprints({ model: '/nowhere.onnx', threshold: 0.5 })).rejects.toThrow('cannot be read')
  })
})

test('likeness is that of directions', () => {
  expect(likeness(Float32Array.of(2, 0), Float32Array.of(4, 0))).toBeCloseTo(1)
  expect(likeness(Float32Array.of(1, 0), Float32Array.of(0, 1))).toBeCloseTo(0)
  expect(likeness(Float32Array.of(1), Float32Array.of(1, 0))).toBe(-1)
})

test.each([
  [{ status: 401 }, 'provider-rejected'],
  [{ status: 500 }, 'provider-failed'],
  ['silent', 'timeout'],
] as const)('the HTTP service: %j is %s, and to a conversation nobody', async (fault, code) => {
  await using fake = await startVoiceprintFake({ key, identify: () => ({ speaker_id: '', score: 0 }), fault })
  const engine = createHttpVoiceprints({ url: fake.httpUrl, key, threshold: 0.2, timeoutMs: 200 })
  await expect(engine.enrol('a', seconds(1, 200), never)).rejects.toMatchObject({ code })
  const store = createMemoryStore()
  await store.save({ voiceprintId: 'a', ownerId: 'home', name: 'Ada', samples: 1, embedding: undefined }, 'http')
  const voices = createVoiceprints({ engine, store, newId: () => 'b', identifyMs: 200 })
  expect(await voices.identify('home', seconds(1, 200), never)).toBeUndefined()
})

describe('in a conversation', () => {
  let service: AudioFixture
  let score = 0.9
  const stack = new AsyncDisposableStack()
  const owner = newPerson('user', ['account'])
  beforeAll(async () => {
    const fake = stack.use(
      await startVoiceprintFake({ key, identify: (_wav, [first = '']) => ({ speaker_id: first, score }) }),
    )
    service = stack.use(await openAudio({ VOICEPRINT_URL: fake.httpUrl, VOICEPRINT_KEY: key }))
  })
  afterAll(() => stack.disposeAsync())

  async function enrol(name: string, wav: Uint8Array): Promise<Voiceprint | undefined> {
    const transcriptionId = crypto.randomUUID()
    const publish = (data: Uint8Array) =>
      service.bus.publishBytes(audio.up, data, { tokens: { listenId: transcriptionId } })
    for await (const part of service.bus.stream(voiceprints.enrolVoiceprint, { transcriptionId, name })) {
      if (part.type === 'enrolled') return part.voiceprint
      publish(encodeUplink({ kind: 'frame', sequence: 0, packet: wav }))
      publish(encodeUplink({ kind: 'end', sequence: 1 }))
    }
    return undefined
  }
  async function speaker(): Promise<unknown> {
    const listening = await service.openListening({}, undefined, { ownerId: owner.userId })
    listening.send(await toDevicePackets((await saySentence('what time is it')).samples))
    listening.end()
    return (await listening.rest()).at(-1)
  }

  test('whoever is known is named, until they are forgotten', async () => {
    const { samples, sampleRateHz } = await saySentence('the children are playing in the garden')
    const wav = toWav(samples, sampleRateHz)
    expect(await speaker()).not.toHaveProperty('speaker')
    const ada = await callAs(owner, () => enrol('Ada', wav))
    expect(ada).toMatchObject({ name: 'Ada', samples: 1 })
    expect(await callAs(owner, () => enrol('Ada', wav))).toMatchObject({ samples: 2 })
    expect(await speaker()).toMatchObject({ text: 'what time is it', speaker: 'Ada' })
    expect(service.lines.join('')).not.toContain('Ada')
    score = 0.1
    expect(await speaker()).not.toHaveProperty('speaker')

    const other = newPerson('user', ['account'])
    const list = (one: typeof owner) => callAs(one, () => service.bus.request(voiceprints.listVoiceprints, {}))
    expect((await list(owner)).voiceprints).toHaveLength(1)
    expect((await list(other)).voiceprints).toEqual([])
    const remove = (one: typeof owner) =>
      callAs(one, () => service.bus.request(voiceprints.deleteVoiceprint, { voiceprintId: ada!.voiceprintId }))
    await expect(remove(other)).rejects.toMatchObject({ code: 'not-found' })
    expect(await remove(owner)).toEqual({ deleted: true })
  })

  test('too little speech is refused', async () => {
    const short = toWav((await saySentence('yes')).samples, 16_000)
    await expect(callAs(owner, () => enrol('Ada', short))).rejects.toMatchObject({ code: 'bad-request' })
  })

  test('a place without an engine says so', async () => {
    await using plain = await openAudio()
    const input = { transcriptionId: crypto.randomUUID(), name: 'Ada' }
    const work = callAs(owner, () => Array.fromAsync(plain.bus.stream(voiceprints.enrolVoiceprint, input)))
    await expect(work).rejects.toMatchObject({ code: 'conflict' })
    expect(await callAs(owner, () => plain.bus.request(voiceprints.listVoiceprints, {}))).toEqual({ voiceprints: [] })
  })
})
