import { Problem } from '@parley/contracts'
import { createDecoder } from 'libopus-wasm'
import { MPEGDecoder } from 'mpg123-decoder'
import { setImmediate as breathe } from 'node:timers/promises'
import { listenRateHz, type Pcm } from '../../domain/ports.ts'
import { fromFloats } from '../sherpa/sherpa-module.ts'
import { createOggReader } from '../../domain/ogg-packets.ts'

const accepted = 'WAV (16-bit or float PCM), Ogg Opus and MP3 are read'
const mp3PieceBytes = 32 * 1024
/** Sound of a second or so, and the event loop gets its turn. */
const packetsPerTurn = 50
const mostChannels = 8

/**
 * The sound of a file, mono, piece by piece, whatever the file is called: its first bytes say what it is. Decoding lets others have
 * their turn.
 * @throws Problem `bad-request` that says what is read, or what is wrong with it
 */
export async function* readSound(file: Uint8Array): AsyncGenerator<Pcm, void, undefined> {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength)
  const kind = sniff(bytes)
  if (kind === undefined) throw new Problem('bad-request', `This is no sound that can be read: ${accepted}`)
  try {
    if (kind === 'wav') yield* readWavFile(bytes)
    else if (kind === 'ogg') yield* readOggOpus(bytes)
    else yield* readMp3(bytes)
  } catch (cause) {
    if (cause instanceof Problem) throw cause
    throw new Problem('bad-request', `The file is broken: ${accepted}`, { cause })
  }
}

function sniff(bytes: Buffer): 'wav' | 'ogg' | 'mp3' | undefined {
  if (bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WAVE') return 'wav'
  if (bytes.toString('latin1', 0, 4) === 'OggS') return 'ogg'
  const tagged = bytes.toString('latin1', 0, 3) === 'ID3'
  const frame = bytes.length > 2 && bytes[0] === 0xff && (bytes[1]! & 0xe0) === 0xe0 && (bytes[1]! & 0x06) !== 0
  return tagged || frame ? 'mp3' : undefined
}

const wavKinds = { pcm: 1, float: 3, extensible: 0xfffe }

function* readWavFile(bytes: Buffer): Generator<Pcm, void, undefined> {
  let format: { kind: number; channels: number; sampleRateHz: number; bits: number } | undefined
  for (let at = 12; at + 8 <= bytes.length;) {
    const name = bytes.toString('latin1', at, at + 4)
    const size = bytes.readUInt32LE(at + 4)
    const start = at + 8
    if (name === 'fmt ') {
      const [kind, channels, bits] = [0, 2, 14].map((place) => bytes.readUInt16LE(start + place)) as [
        number,
        number,
        number,
      ]
      const own = kind === wavKinds.extensible ? bytes.readUInt16LE(start + 24) : kind
      format = { kind: own, channels, bits, sampleRateHz: bytes.readUInt32LE(start + 4) }
    }
    if (name === 'data') {
      if (!format) throw new Error('data before its format')
      // A program that writes to a pipe does not know the size.
      const data = bytes.subarray(start, Math.min(bytes.length, start + size))
      return yield* mixWav(data, format)
    }
    at = start + size + (size % 2)
  }
  throw new Error('no data')
}

function* mixWav(
  data: Buffer,
  { kind, channels, sampleRateHz, bits }: { kind: number; channels: number; sampleRateHz: number; bits: number },
): Generator<Pcm, void, undefined> {
  const isPcm = kind === wavKinds.pcm && bits === 16
  if (!isPcm && !(kind === wavKinds.float && bits === 32))
    throw new Problem('bad-request', `This WAV is neither 16-bit nor float PCM: ${accepted}`)
  if (channels < 1 || channels > mostChannels || sampleRateHz < 8_000 || sampleRateHz > 192_000)
    throw new Problem('bad-request', 'A WAV has 1 to 8 channels and 8 to 192 kHz')
  const frameBytes = (channels * bits) / 8
  const frames = Math.floor(data.length / frameBytes)
  for (let from = 0; from < frames; from += sampleRateHz) {
    const count = Math.min(sampleRateHz, frames - from)
    const samples = Int16Array.from({ length: count }, (_, index) => {
      let sum = 0
      for (let channel = 0; channel < channels; channel++) {
        const at = (from + index) * frameBytes + (channel * bits) / 8
        sum += isPcm ? data.readInt16LE(at) : Math.max(-1, Math.min(1, data.readFloatLE(at))) * 32_767
      }
      return Math.round(sum / channels)
    })
    yield { samples, sampleRateHz }
  }
}

async function* readOggOpus(bytes: Buffer): AsyncGenerator<Pcm, void, undefined> {
  const reader = createOggReader()
  // One channel, whatever the stream has: the decoder mixes.
  using decoder = await createDecoder({ sampleRate: listenRateHz, channels: 1 })
  let packets = 0
  let isOpus = false
  const pieceBytes = 16 * 1024
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    for (const packet of reader.push(bytes.subarray(at, at + pieceBytes))) {
      const head = Buffer.from(packet.subarray(0, 8)).toString('latin1')
      isOpus ||= head === 'OpusHead'
      if (!isOpus) throw new Problem('bad-request', `This Ogg is not Opus: ${accepted}`)
      if (head === 'OpusHead' || head === 'OpusTags' || packet.length === 0) continue
      yield { samples: decoder.decode(packet), sampleRateHz: listenRateHz }
      if (++packets % packetsPerTurn === 0) await breathe()
    }
  }
}

async function* readMp3(bytes: Buffer): AsyncGenerator<Pcm, void, undefined> {
  const decoder = new MPEGDecoder()
  await decoder.ready
  try {
    for (let at = 0; at < bytes.length; at += mp3PieceBytes) {
      const { channelData, samplesDecoded, sampleRate } = decoder.decode(bytes.subarray(at, at + mp3PieceBytes))
      if (samplesDecoded > 0) yield { samples: fromFloats(mix(channelData, samplesDecoded)), sampleRateHz: sampleRate }
      await breathe()
    }
  } finally {
    decoder.free()
  }
}

function mix(channels: Float32Array[], length: number): Float32Array {
  const [first] = channels
  if (channels.length === 1 && first) return first
  return Float32Array.from({ length }, (_, at) => channels.reduce((sum, one) => sum + one[at]!, 0) / channels.length)
}
