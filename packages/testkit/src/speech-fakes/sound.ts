import { resample } from '../device/wav.ts'
import { openVoiceLoop, sampleRateHz as loopHz } from '../openai-fake/voice-loop.ts'
import { toOggOpus } from '@parley/device-protocol'

const packetMs = 20

/** Somebody speaking for so long, 16-bit little-endian mono, in pieces of 100 ms that are cut anywhere. */
export async function speechPieces(durationMs: number, sampleRateHz: number): Promise<Buffer[]> {
  const bytes = (await openVoiceLoop()).pcm(0, durationMs)
  const samples = new Int16Array(bytes.length / 2)
  new Uint8Array(samples.buffer).set(bytes)
  const wanted = sampleRateHz === loopHz ? samples : resample({ samples, sampleRateHz: loopHz }, sampleRateHz).samples
  // An odd number of bytes: samples are cut in two.
  const pieceBytes = (sampleRateHz / 10) * 2 + 1
  return cut(Buffer.from(wanted.buffer, wanted.byteOffset, wanted.byteLength), pieceBytes)
}

/** The same as an Ogg Opus stream, its pages cut anywhere. */
export async function oggSpeechPieces(durationMs: number): Promise<Buffer[]> {
  const packets = await (await openVoiceLoop()).packets(durationMs)
  return cut(Buffer.concat(toOggOpus(packets, packetMs, loopHz)), 1_000)
}

function cut(bytes: Buffer, pieceBytes: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / pieceBytes) }, (_, index) =>
    bytes.subarray(index * pieceBytes, (index + 1) * pieceBytes),
  )
}
