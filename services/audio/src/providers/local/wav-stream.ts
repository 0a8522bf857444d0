import type { Pcm } from '../../domain/ports.ts'

/**
 * Reads a RIFF WAV of 16-bit mono PCM as it arrives, whatever sizes its header claims (a program that writes to a pipe
 * does not know them).
 * @throws Error when it is anything else.
 */
export async function* readWav(source: AsyncIterable<Uint8Array>): AsyncGenerator<Pcm, void, undefined> {
  let held = Buffer.alloc(0)
  let sampleRateHz: number | undefined
  for await (const piece of source) {
    held = Buffer.concat([held, piece])
    if (sampleRateHz === undefined) {
      const header = readHeader(held)
      if (!header) continue
      sampleRateHz = header.sampleRateHz
      held = held.subarray(header.length)
    }
    const whole = held.length - (held.length % 2)
    if (whole > 0) yield { samples: toSamples(held.subarray(0, whole)), sampleRateHz }
    held = held.subarray(whole)
  }
}

/** Little-endian 16-bit samples, copied: the bytes may stand at an odd place. */
export function toSamples(bytes: Uint8Array): Int16Array {
  return new Int16Array(Uint8Array.from(bytes).buffer)
}

function readHeader(bytes: Buffer): { sampleRateHz: number; length: number } | undefined {
  if (bytes.length < 12) return undefined
  if (bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WAVE') {
    throw new Error('This is not a WAV')
  }
  let sampleRateHz: number | undefined
  for (let at = 12; at + 8 <= bytes.length;) {
    const name = bytes.toString('latin1', at, at + 4)
    const size = bytes.readUInt32LE(at + 4)
    if (name === 'data') {
      if (sampleRateHz === undefined) throw new Error('A WAV without a format before its data')
      return { sampleRateHz, length: at + 8 }
    }
    if (at + 8 + size > bytes.length) return undefined
    if (name === 'fmt ') {
      const [kind, channels, bits] = [at + 8, at + 10, at + 22].map((place) => bytes.readUInt16LE(place))
      if (kind !== 1 || channels !== 1 || bits !== 16) throw new Error('A WAV that is not 16-bit mono PCM')
      sampleRateHz = bytes.readUInt32LE(at + 12)
    }
    at += 8 + size + (size % 2)
  }
  return undefined
}
