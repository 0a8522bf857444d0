import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Pcm, Sentence } from '../../domain/ports.ts'
import { createVoice } from '../chain/chain-fakes.ts'
import { openEncoderPool, type EncoderPool } from '../opus/encoder-pool.ts'
import { openPhraseCache, type PhraseCacheSettings } from './phrase-cache.ts'
import { withPhrases } from './with-phrases.ts'

let folder: string
let encoders: EncoderPool
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-phrases-'))
  encoders = openEncoderPool({ threads: 1, bitrate: 32_000, complexity: 0, onDeath: () => undefined })
})
afterAll(async () => {
  await encoders[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

const open = (more: Partial<PhraseCacheSettings> = {}) =>
  openPhraseCache({ memoryBytes: 1_000, dir: undefined, diskBytes: 10_000, onError: () => undefined, ...more })
const phrase = (value: number, bytes = 400) => [new Uint8Array(bytes).fill(value)]
const never = { signal: new AbortController().signal }

test('memory keeps what was asked for last', async () => {
  const cache = await open()
  await cache.write('a', phrase(1))
  await cache.write('b', phrase(2))
  await cache.read('a')
  await cache.write('c', phrase(3))
  expect(await cache.read('b')).toBeUndefined()
  expect([(await cache.read('a'))?.[0]![0], (await cache.read('c'))?.[0]![0]]).toEqual([1, 3])
  await cache.write('too long', phrase(4, 2_000))
  expect(await cache.read('too long')).toBeUndefined()
})

test('files outlive the process, within their bound, and broken ones are made again', async () => {
  const dir = join(folder, 'disk')
  const errors: unknown[] = []
  const settings = { dir, diskBytes: 2_000, memoryBytes: 0, onError: (error: unknown) => errors.push(error) }
  const first = await open(settings)
  await first.write('a', phrase(1, 600))
  await first.write('b', phrase(2, 600))
  const second = await open(settings)
  expect(await second.read('a')).toEqual(phrase(1, 600))
  await second.write('c', phrase(3, 600))
  expect(await second.read('b')).toBeUndefined()
  expect(await readdir(dir)).toHaveLength(2)
  for (const file of await readdir(dir)) await writeFile(join(dir, file), 'broken')
  await writeFile(join(dir, 'x.part'), 'half')
  const third = await open(settings)
  expect(await third.read('a')).toBeUndefined()
  expect(errors).toHaveLength(1)
  expect((await readdir(dir)).some((file) => file.endsWith('.part'))).toBe(false)
})

test('a fixed phrase is synthesized once for a voice, anything else every time', async () => {
  const asked: Sentence[] = []
  const tone: Pcm = {
    samples: Int16Array.from({ length: 8_000 }, (_, at) => 9_000 * Math.sin(at / 9)),
    sampleRateHz: 16_000,
  }
  const voice = createVoice('a', async function* (sentence) {
    asked.push(sentence)
    yield tone
  })
  const cache = await open({ memoryBytes: 100_000 })
  const kept: boolean[] = []
  const given = { cache, openEncoder: encoders.open, settings: 's1', onKept: (was: boolean) => kept.push(was) }
  const speaker = withPhrases(voice, given)
  const say = (sentence: Partial<Sentence>) =>
    Array.fromAsync(speaker.synthesise({ text: 'Hello!', voice: {}, fixed: true, ...sentence }, never))

  expect(await say({})).toEqual([tone])
  await expect.poll(async () => 'packets' in (await say({}))[0]!, { timeout: 5_000, interval: 200 }).toBe(true)
  const [again] = await say({})
  expect('packets' in again! && again.packets.length).toBe(25)
  const before = asked.length
  await say({ voice: { provider: 'a' } })
  expect(asked.length).toBe(before)
  await say({ voice: { name: 'amy' } })
  await say({ fixed: false })
  await say({ text: 'x'.repeat(201) })
  await Array.fromAsync(
    withPhrases(voice, { ...given, settings: 's2' }).synthesise({ text: 'Hello!', voice: {}, fixed: true }, never),
  )
  expect(asked.length).toBe(before + 4)
  expect(kept[0]).toBe(false)
  expect(kept).toContain(true)
})
