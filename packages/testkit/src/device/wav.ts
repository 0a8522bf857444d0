import type { Pcm } from './opus.ts'

const headerBytes = 44

export function encodeWav({ samples, sampleRateHz }: Pcm): Uint8Array {
  const bytes = Buffer.alloc(headerBytes + samples.length * 2)
  bytes.set(wavHead(sampleRateHz, samples.length * 2))
  samples.forEach((sample, index) => bytes.writeInt16LE(sample, headerBytes + index * 2))
  return bytes
}

/** The head of mono 16-bit PCM. A stream does not know its size when it begins: its sizes are the largest there are. */
export function wavHead(sampleRateHz: number, dataBytes?: number): Buffer {
  const head = Buffer.alloc(headerBytes)
  head.write('RIFF', 0)
  head.writeUInt32LE(dataBytes === undefined ? 0xffffffff : headerBytes - 8 + dataBytes, 4)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(sampleRateHz, 24)
  head.writeUInt32LE(sampleRateHz * 2, 28)
  head.writeUInt16LE(2, 32)
  head.writeUInt16LE(16, 34)
  head.write('data', 36)
  head.writeUInt32LE(dataBytes ?? 0xffffffff, 40)
  return head
}

/**
 * Reads 16-bit PCM; several channels are mixed down.
 * @throws Error saying what is wrong with the file.
 */
export function decodeWav(file: Uint8Array): Pcm {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength)
  if (bytes.length < 12 || bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WAVE') {
    throw new Error('not a WAV file')
  }
  let format: { channels: number; sampleRateHz: number } | undefined
  for (let at = 12; at + 8 <= bytes.length;) {
    const name = bytes.toString('latin1', at, at + 4)
    const size = bytes.readUInt32LE(at + 4)
    const start = at + 8
    if (name === 'fmt ') {
      if (bytes.readUInt16LE(start + 14) !== 16) throw new Error('not 16-bit PCM')
      format = { channels: bytes.readUInt16LE(start + 2), sampleRateHz: bytes.readUInt32LE(start + 4) }
    } else if (name === 'data' && format) {
      // A program that writes to a pipe does not know the size beforehand.
      const end = Math.min(start + size, bytes.length)
      return { samples: mixDown(bytes.subarray(start, end), format.channels), sampleRateHz: format.sampleRateHz }
    }
    at = start + size + (size % 2)
  }
  throw new Error('the WAV file has no sound')
}

function mixDown(bytes: Buffer, channels: number): Int16Array {
  const samples = new Int16Array(Math.floor(bytes.length / 2 / channels))
  for (let index = 0; index < samples.length; index++) {
    let sum = 0
    for (let channel = 0; channel < channels; channel++) sum += bytes.readInt16LE((index * channels + channel) * 2)
    samples[index] = sum / channels
  }
  return samples
}

/** Another sample rate by linear interpolation: good enough for a test's microphone. */
export function resample({ samples, sampleRateHz }: Pcm, toHz: number): Pcm {
  if (sampleRateHz === toHz) return { samples, sampleRateHz }
  const result = new Int16Array(Math.floor((samples.length * toHz) / sampleRateHz))
  for (let index = 0; index < result.length; index++) {
    const position = (index * sampleRateHz) / toHz
    const left = Math.floor(position)
    const a = samples[left] ?? 0
    const b = samples[left + 1] ?? a
    result[index] = a + (b - a) * (position - left)
  }
  return { samples: result, sampleRateHz: toHz }
}
