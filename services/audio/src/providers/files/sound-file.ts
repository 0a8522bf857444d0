import type { SoundFormat } from '@parley/contracts'
import { synthesizedRateHz } from '@parley/contracts'
import type { OpusPackets, PacketEncoder, Pcm } from '../../domain/ports.ts'
import { createResampler } from '../../domain/resample.ts'
import { speakPackets } from '../../domain/speaking.ts'
import { wavHead } from '../../domain/wav.ts'
import { createOggWriter } from '../../domain/ogg-writer.ts'
import { asPcm } from '../opus/decode-sound.ts'
import { toBytes } from '../pcm-bytes.ts'
import { openMp3Encoder } from './mp3.ts'

type Sound = AsyncIterable<Pcm | OpusPackets>
type OpenEncoder = (format: { sampleRateHz: typeof synthesizedRateHz; frameMs: number }) => PacketEncoder

const frameMs = 20

/** Sound as a file, piece by piece as it is made; a WAV that is not at its end yet does not know how long it is. */
export function toSoundFile(
  sound: Sound,
  format: SoundFormat,
  openEncoder: OpenEncoder,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (format === 'opus') return toOgg(sound, openEncoder)
  if (format === 'mp3') return toMp3(sound)
  return toPcmFile(sound, format === 'wav' ? wavHead(synthesizedRateHz) : undefined)
}

async function* toOgg(sound: Sound, openEncoder: OpenEncoder): AsyncGenerator<Uint8Array, void, undefined> {
  const format = { sampleRateHz: synthesizedRateHz, frameMs } as const
  using encoder = openEncoder(format)
  const writer = createOggWriter(format)
  yield writer.head()
  // A page of half a second: players need no more, and readers wait for no more.
  let held: Uint8Array[] = []
  for await (const packet of speakPackets(sound, format, encoder)) {
    held.push(packet)
    if (held.length < 25) continue
    yield writer.packets(held)
    held = []
  }
  if (held.length > 0) yield writer.packets(held)
  yield writer.end()
}

async function* toPcmFile(sound: Sound, head: Uint8Array | undefined): AsyncGenerator<Uint8Array, void, undefined> {
  if (head) yield head
  for await (const samples of resampled(sound)) yield toBytes(samples).slice()
}

async function* toMp3(sound: Sound): AsyncGenerator<Uint8Array, void, undefined> {
  const encoder = await openMp3Encoder(synthesizedRateHz)
  for await (const samples of resampled(sound)) {
    const bytes = encoder.encode(samples)
    if (bytes.length > 0) yield bytes
  }
  yield encoder.end()
}

async function* resampled(sound: Sound): AsyncGenerator<Int16Array, void, undefined> {
  let resampler: ReturnType<typeof createResampler> | undefined
  for await (const { samples, sampleRateHz } of asPcm(sound)) {
    resampler ??= createResampler(sampleRateHz, synthesizedRateHz)
    const piece = resampler.push(samples)
    if (piece.length > 0) yield piece
  }
  const rest = resampler?.flush()
  if (rest && rest.length > 0) yield rest
}
