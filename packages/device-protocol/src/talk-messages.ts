import { z } from 'zod'
import { fromOggOpus, opusPacketMs } from './ogg-opus.ts'

/**
 * What clients say that are no firmware: JSON with the sound or the picture in it as Base64. Sound is Ogg Opus, WAV or bare samples
 * (16 kHz, 16 bit, little endian, mono).
 */
export type TalkMessage =
  | { type: 'text'; text: string }
  | { type: 'audio'; sound: Sound }
  | { type: 'image'; image: Uint8Array; question: string }

/** Frames as a listening takes them. */
export type Sound = { codec: 'opus' | 'pcm16'; frameMs: number; frames: Uint8Array[] }

const Base64 = z.string().regex(/^[A-Za-z0-9+/_-]*={0,2}$/)
const Text = z.object({ type: z.literal('text'), text: z.string().trim().min(1).max(8_000) })
const Audio = z.object({ type: z.literal('audio'), audio: Base64 })
const Image = z.object({
  type: z.literal('image'),
  image: Base64,
  text: z.string().trim().max(2_000).default(''),
})
const Talk = z.discriminatedUnion('type', [Text, Audio, Image])

const pcmRateHz = 16_000
const frameMs = 60
const frameBytes = (pcmRateHz / 1_000) * frameMs * 2

/** Undefined for a message of another type; what is wrong with one of these. */
export function readTalkMessage(message: Record<string, unknown>): TalkMessage | { wrong: string } | undefined {
  if (!['text', 'audio', 'image'].includes(String(message['type']))) return undefined
  const read = Talk.safeParse(message)
  if (!read.success) {
    const [issue] = read.error.issues
    return { wrong: `${issue?.path.join('.') ?? 'message'}: ${issue?.message ?? 'not valid'}` }
  }
  if (read.data.type === 'text') return read.data
  if (read.data.type === 'image') {
    const { image, text } = read.data
    return { type: 'image', image: Buffer.from(image, 'base64'), question: text }
  }
  const sound = readSound(Buffer.from(read.data.audio, 'base64'))
  return sound ? { type: 'audio', sound } : { wrong: 'audio: neither Ogg Opus nor a WAV of 16 kHz nor bare samples' }
}

function readSound(bytes: Buffer): Sound | undefined {
  const magic = bytes.subarray(0, 4).toString('latin1')
  if (magic === 'OggS') {
    const packets = fromOggOpus(bytes)
    const [first] = packets ?? []
    return packets && first ? { codec: 'opus', frameMs: Math.max(5, opusPacketMs(first)), frames: packets } : undefined
  }
  const samples = magic === 'RIFF' ? readWav(bytes) : bytes
  if (!samples || samples.length < 2) return undefined
  const frames: Uint8Array[] = []
  for (let at = 0; at < samples.length; at += frameBytes) frames.push(samples.subarray(at, at + frameBytes))
  return { codec: 'pcm16', frameMs, frames }
}

/** The samples of a WAV that is 16 kHz, 16 bit and mono. */
function readWav(bytes: Buffer): Buffer | undefined {
  let fits = false
  for (let at = 12; at + 8 <= bytes.length;) {
    const name = bytes.subarray(at, at + 4).toString('latin1')
    const size = bytes.readUInt32LE(at + 4)
    const data = at + 8
    if (name === 'fmt ' && data + 16 <= bytes.length) {
      const [format, channels, rate, bits] = [
        bytes.readUInt16LE(data),
        bytes.readUInt16LE(data + 2),
        bytes.readUInt32LE(data + 4),
        bytes.readUInt16LE(data + 14),
      ]
      fits = format === 1 && channels === 1 && rate === pcmRateHz && bits === 16
    }
    // A stream that was not finished says nothing useful about its length.
    if (name === 'data') return fits ? bytes.subarray(data, Math.min(bytes.length, data + size)) : undefined
    at = data + size + (size & 1)
  }
  return undefined
}
