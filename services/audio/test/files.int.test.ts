import { audio, encodeUplink, speech, type SoundFormat, type TranscribePart } from '@parley/contracts'
import { callAs } from '@parley/test-caller'
import { createOggReader } from '../src/domain/ogg-packets.ts'
import { joinSamples } from '../src/domain/recording.ts'
import { createResampler } from '../src/domain/resample.ts'
import { toWav } from '../src/domain/wav.ts'
import { readSound } from '../src/providers/files/read-sound.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openAudio, type AudioFixture } from './fixture.ts'
import { rootMeanSquare, saySentence } from './speech.ts'

let local: AudioFixture
beforeAll(async () => {
  local = await openAudio({ AUDIO_FILE_MAX_SECONDS: '20', AUDIO_FILE_MAX_BYTES: '2000000' })
})
afterAll(() => local[Symbol.asyncDispose]())

const person = { kind: 'user' as const, userId: crypto.randomUUID(), sessionId: crypto.randomUUID(), scopes: ['chat'] }

function synthesize(format: SoundFormat, text = 'What time is it? Tell me a joke.'): Promise<Buffer> {
  return callAs(person, async () =>
    Buffer.concat(await Array.fromAsync(local.bus.stream(speech.synthesize, { text, format }))),
  )
}

/** Sends a file as it is asked for. `lose` leaves a piece out. */
const transcribe = (file: Uint8Array, options: Sending = {}) => callAs(person, () => send(file, options))

type Sending = { lose?: number; pieceBytes?: number }

async function send(file: Uint8Array, { lose = -1, pieceBytes = 200_000 }: Sending) {
  const transcriptionId = crypto.randomUUID()
  let [sequence, at, final]: [number, number, TranscribePart | undefined] = [0, 0, undefined]
  const parts = local.bus.stream(speech.transcribeFile, { transcriptionId })
  const publish = (data: Uint8Array) =>
    local.bus.publishBytes(audio.up, data, { tokens: { listenId: transcriptionId } })
  for await (const part of parts) {
    if (part.type === 'final') final = part
    else {
      for (const end = at + part.bytes; at < Math.min(end, file.length); at += pieceBytes) {
        const packet = file.subarray(at, Math.min(at + pieceBytes, file.length))
        if (sequence++ !== lose) publish(encodeUplink({ kind: 'frame', sequence: sequence - 1, packet }))
      }
      if (at >= file.length) publish(encodeUplink({ kind: 'end', sequence }))
    }
  }
  if (final?.type !== 'final') throw new Error('There is no final')
  return final
}

async function decoded(file: Uint8Array) {
  const pieces = await Array.fromAsync(readSound(file))
  const samples = joinSamples(pieces.map((piece) => piece.samples))
  return { samples, durationMs: (samples.length / pieces[0]!.sampleRateHz) * 1_000 }
}

describe('a text becomes a file', () => {
  test.each(['wav', 'mp3', 'opus'] as const)('%s', async (format) => {
    const file = await synthesize(format)
    const { samples, durationMs } = await decoded(file)
    expect(durationMs).toBeGreaterThan(1_500)
    expect(durationMs).toBeLessThan(5_000)
    expect(rootMeanSquare(samples)).toBeGreaterThan(300)
  })

  test('bare samples', async () => {
    const file = await synthesize('pcm')
    const samples = new Int16Array(Uint8Array.from(file).buffer)
    expect(samples.length / 24).toBeGreaterThan(1_500)
    expect(rootMeanSquare(samples)).toBeGreaterThan(300)
  })

  test('an Ogg page has a right checksum, so that players take it', async () => {
    const file = await synthesize('opus')
    expect(file.toString('latin1', 0, 4)).toBe('OggS')
    expect(createOggReader().push(file).length).toBeGreaterThan(50)
    // Checked bit by bit, apart from the writer's table.
    const end = 27 + 1 + 19
    const page = Buffer.from(file.subarray(0, end))
    const checksum = page.readUInt32LE(22)
    page.writeUInt32LE(0, 22)
    let crc = 0
    for (const byte of page) {
      crc ^= byte << 24
      for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1
    }
    expect(crc >>> 0).toBe(checksum)
  })

  test('what nobody can say is refused', async () => {
    await expect(synthesize('wav', '**😀**')).rejects.toMatchObject({ code: 'bad-request' })
  })
})

describe('a file becomes a text', () => {
  test.each(['wav', 'mp3', 'opus'] as const)('%s', async (format) => {
    const { text, segments, durationMs, provider } = await transcribe(await synthesize(format, 'what time is it'))
    expect(text).toBe('what time is it')
    expect(provider).toBe('local')
    expect(durationMs).toBeGreaterThan(700)
    expect(segments[0]!.startMs).toBeLessThan(300)
    expect(segments[0]!.endMs).toBeLessThanOrEqual(durationMs)
  })

  test('utterances with a pause between them are segments', async () => {
    const [one, other] = await Promise.all([saySentence('what time is it'), saySentence('tell me a joke')])
    const pause = new Int16Array(16_000 * 1.5)
    const wav = toWav(joinSamples([pause, one.samples, pause, other.samples, pause]), 16_000)
    const { text, segments } = await transcribe(wav, { pieceBytes: 30_000 })
    expect(segments.map((segment) => segment.text)).toEqual(['what time is it', 'tell me a joke'])
    expect(text).toBe('what time is it tell me a joke')
    expect(segments[0]!.startMs).toBeGreaterThan(1_350)
    expect(segments[0]!.startMs).toBeLessThan(1_650)
    expect(segments[1]!.startMs).toBeGreaterThan(segments[0]!.endMs + 1_000)
  })

  test('stereo of another rate, in floating point', async () => {
    const { samples } = await saySentence('what time is it')
    const resampler = createResampler(16_000, 48_000)
    const wide = joinSamples([resampler.push(samples), resampler.flush()])
    const data = Buffer.alloc(wide.length * 8)
    wide.forEach((sample, at) => {
      data.writeFloatLE(sample / 32_768, at * 8)
      data.writeFloatLE(sample / 32_768, at * 8 + 4)
    })
    const head = Buffer.alloc(44)
    head.write('RIFF', 0, 'latin1')
    head.writeUInt32LE(36 + data.length, 4)
    head.write('WAVEfmt ', 8, 'latin1')
    head.writeUInt32LE(16, 16)
    head.writeUInt16LE(3, 20)
    head.writeUInt16LE(2, 22)
    head.writeUInt32LE(48_000, 24)
    head.writeUInt32LE(48_000 * 8, 28)
    head.writeUInt16LE(8, 32)
    head.writeUInt16LE(32, 34)
    head.write('data', 36, 'latin1')
    head.writeUInt32LE(data.length, 40)
    expect((await transcribe(Buffer.concat([head, data]))).text).toBe('what time is it')
  })

  test('silence has no words', async () => {
    expect(await transcribe(toWav(new Int16Array(16_000), 16_000))).toMatchObject({ text: '', segments: [] })
  })

  test.each([
    ['nothing at all', () => new Uint8Array(0), 'bad-request'],
    ['what is no sound', () => new TextEncoder().encode('<html>hello</html>'.repeat(10)), 'bad-request'],
    ['a WAV without data', () => toWav(new Int16Array(10), 16_000).subarray(0, 30), 'bad-request'],
    ['more bytes than allowed', () => new Uint8Array(2_100_000), 'too-large'],
    ['more sound than allowed', () => toWav(new Int16Array(8_000 * 21), 8_000), 'too-large'],
  ])('%s is refused', async (_name, file, code) => {
    await expect(transcribe(file())).rejects.toMatchObject({ code })
  })

  test('a piece that is missing is noticed', async () => {
    const wav = toWav(new Int16Array(16_000), 16_000)
    await expect(transcribe(wav, { lose: 1, pieceBytes: 10_000 })).rejects.toMatchObject({ code: 'bad-request' })
  })
})

test('voices are listed by provider, and by language', async () => {
  const { voices } = await callAs(person, () => local.bus.request(speech.listVoices, {}))
  expect(voices.length).toBeGreaterThan(50)
  expect(voices[0]).toMatchObject({ provider: 'local', follows: ['speed', 'pitch', 'volume'] })
  const german = await callAs(person, () => local.bus.request(speech.listVoices, { language: 'de-AT' }))
  expect(german.voices.map(({ name }) => name)).toContain('de')
  expect(german.voices.length).toBeLessThan(5)
})
