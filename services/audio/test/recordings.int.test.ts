import { audio, authAccount, recordings } from '@parley/contracts'
import { openObjectStore, toObjectStoreConfig, objectStoreVariables } from '@parley/object-store'
import { createLogger, drift, readConfig as readSome } from '@parley/service-kit'
import { cornerEnvironment } from '@parley/testkit'
import { callAs, newPerson } from '@parley/test-caller'
import { randomUUID } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { joinSamples } from '../src/domain/recording.ts'
import { readSound } from '../src/providers/files/read-sound.ts'
import { tables } from '../src/tables.ts'
import { openAudio, type AudioFixture } from './fixture.ts'
import { rootMeanSquare, saySentence, toDevicePackets } from './speech.ts'

const format = { sampleRateHz: 24_000, frameMs: 60 } as const
const text = 'what time is it'
let service: AudioFixture
let packets: Uint8Array[]
beforeAll(async () => {
  service = await openAudio({ AUDIO_RECORDINGS: 'on' })
  packets = await toDevicePackets((await saySentence(text)).samples)
})
afterAll(() => service[Symbol.asyncDispose]())

/** A turn on a device of somebody: they speak, and two sentences are said. */
async function holdTurn(ownerId: string, on = service) {
  const recording = { turnId: randomUUID(), deviceId: '02:00:00:00:00:01', ownerId }
  const listening = await on.openListening({}, undefined, { recording })
  listening.send(packets)
  listening.end()
  await listening.rest()
  for (const said of ['Good morning.', 'How are you?'])
    await Array.fromAsync(on.bus.stream(audio.speak, { text: said, format, recording }))
  return recording
}
const person = () => newPerson('user', ['conversations'])
const listOf = (one: ReturnType<typeof person>, query = {}) =>
  callAs(one, () => service.bus.request(recordings.listRecordings, { limit: 50, ...query }))

async function readKey(key: string): Promise<Buffer | undefined> {
  const config = toObjectStoreConfig(readSome(objectStoreVariables(), cornerEnvironment(service.corner)))
  await using store = await openObjectStore(config, { log: createLogger({ service: 'test', level: 'silent' }) })
  const found = await store.get(key)
  return found && buffer(found.body)
}

test('what a user says and what they are told is kept by turn, as Ogg Opus', async () => {
  const owner = person()
  const { turnId } = await holdTurn(owner.userId)
  await expect.poll(async () => (await listOf(owner)).recordings.length).toBe(3)
  const { recordings: found } = await listOf(owner, { turnId })
  expect(found.map(({ side }) => side).toSorted()).toEqual(['assistant', 'assistant', 'user'])
  for (const { recordingId, durationMs, side } of found) {
    const { key } = await callAs(owner, () => service.bus.request(recordings.readRecording, { recordingId }))
    const pieces = await Array.fromAsync(readSound((await readKey(key))!))
    const samples = joinSamples(pieces.map((piece) => piece.samples))
    expect(samples.length / 16).toBeCloseTo(durationMs, -2)
    expect(rootMeanSquare(samples)).toBeGreaterThan(100)
    expect(side === 'user' ? durationMs : 1_000).toBeGreaterThan(700)
  }
})

test('only their owner sees them, page by page, and deletes them with their sound', async () => {
  const [owner, other] = [person(), person()]
  const [first, second] = [await holdTurn(owner.userId), await holdTurn(owner.userId)]
  await expect.poll(async () => (await listOf(owner)).recordings.length).toBe(6)
  expect((await listOf(other)).recordings).toEqual([])
  const page = await listOf(owner, { limit: 4 })
  expect((await listOf(owner, { limit: 4, before: page.before })).recordings).toHaveLength(2)

  const { recordingId } = page.recordings[0]!
  const read = (one: typeof owner) => callAs(one, () => service.bus.request(recordings.readRecording, { recordingId }))
  const remove = (one: typeof owner) =>
    callAs(one, () => service.bus.request(recordings.deleteRecording, { recordingId }))
  await expect(read(other)).rejects.toMatchObject({ code: 'not-found' })
  await expect(remove(other)).rejects.toMatchObject({ code: 'not-found' })
  const { key } = await read(owner)
  expect(await remove(owner)).toEqual({ deleted: 1 })
  expect(await readKey(key)).toBeUndefined()

  const removeAll = (query: object) => callAs(owner, () => service.bus.request(recordings.deleteRecordings, query))
  expect(await removeAll({ turnId: first.turnId })).toEqual({ deleted: 3 })
  expect(await removeAll({ turnId: second.turnId })).toEqual({ deleted: 2 })
  expect(await removeAll({})).toEqual({ deleted: 0 })
})

test('silence is not kept, nor is what nobody marked', async () => {
  const owner = person()
  const recording = { turnId: randomUUID(), deviceId: '02:00:00:00:00:01', ownerId: owner.userId }
  const silent = await service.openListening({}, undefined, { recording })
  silent.send(await toDevicePackets(new Int16Array(16_000)))
  silent.end()
  await silent.rest()
  await Array.fromAsync(service.bus.stream(audio.speak, { text: 'Good morning.', format }))
  await holdTurn(owner.userId)
  await expect.poll(async () => (await listOf(owner)).recordings.length).toBe(3)
})

test('what is older than it may be is deleted when the service starts', async () => {
  const owner = person()
  await holdTurn(owner.userId)
  await expect.poll(async () => (await listOf(owner)).recordings.length).toBe(3)
  const client = new pg.Client({ connectionString: service.corner.databaseUrl })
  await client.connect()
  await client.query(`UPDATE audio.recordings SET created_at = now() - interval '31 days' WHERE owner_id = $1`, [
    owner.userId,
  ])
  await client.end()
  const { key } = await callAs(owner, async () => {
    const { recordingId } = (await listOf(owner)).recordings[0]!
    return service.bus.request(recordings.readRecording, { recordingId })
  })
  const { createApp } = await import('../src/app.ts')
  const { readConfig } = await import('../src/config.ts')
  const config = readConfig({ ...cornerEnvironment(service.corner), AUDIO_RECORDINGS: 'on', INTERNAL_PORT: '0' })
  await using _app = await createApp(config, { log: createLogger({ service: 'audio', level: 'silent' }) })
  await expect.poll(async () => (await listOf(owner)).recordings.length).toBe(0)
  expect(await readKey(key)).toBeUndefined()
})

test('nothing is left of an account that is deleted, and auth is told', async () => {
  const [owner, other] = [person(), person()]
  await Promise.all([holdTurn(owner.userId), holdTurn(other.userId)])
  await expect.poll(async () => (await listOf(owner)).recordings.length).toBe(3)
  await expect.poll(async () => (await listOf(other)).recordings.length).toBe(3)
  const told: unknown[] = []
  const auth = service.bus.handle(authAccount.noteErased, async (note) => {
    told.push(note)
    return {}
  })
  await service.bus.flush()
  const erasureId = randomUUID()
  service.bus.publish(authAccount.erasing, { erasureId, userId: owner.userId })
  await expect.poll(() => told).toEqual([{ erasureId, erased: { recordings: 3 } }])
  auth.stop()
  expect((await listOf(owner)).recordings).toEqual([])
  expect((await listOf(other)).recordings).toHaveLength(3)
})

test('the migrations give what the schema says', async () => {
  expect(await drift({ databaseUrl: service.corner.databaseUrl, ...tables })).toBe('')
})

test('nothing is kept, and no database is needed, unless that is wanted', async () => {
  await using quiet = await openAudio({ DATABASE_URL: '' })
  const owner = person()
  await holdTurn(owner.userId, quiet)
  const listed = await callAs(owner, () => quiet.bus.request(recordings.listRecordings, { limit: 10 }))
  expect(listed).toEqual({ recordings: [] })
})
