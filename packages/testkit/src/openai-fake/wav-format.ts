/** What a WAV file is like; the samples themselves are not kept. */
export type WavFormat = {
  sampleRateHz: number
  channels: number
  durationMs: number
  /** Root mean square of the samples, 0 to 32767: speech is in the thousands, silence below a hundred. */
  loudness: number
}

/** Every so many samples are enough to tell speech from silence. */
const stride = 8

const unknownSize = 0xffffffff

/**
 * Reads the head of a RIFF file with 16-bit PCM.
 * @throws Error saying what is wrong with it.
 */
export function readWavFormat(file: Buffer): WavFormat {
  if (file.length < 12 || file.toString('latin1', 0, 4) !== 'RIFF' || file.toString('latin1', 8, 12) !== 'WAVE') {
    throw new Error('not a RIFF WAVE file')
  }
  const riffSize = file.readUInt32LE(4)
  if (riffSize !== unknownSize && riffSize !== file.length - 8)
    throw new Error(`its RIFF size is ${riffSize}, not ${file.length - 8}`)
  let format: Pick<WavFormat, 'sampleRateHz' | 'channels'> | undefined
  for (let at = 12; at + 8 <= file.length;) {
    const name = file.toString('latin1', at, at + 4)
    const size = file.readUInt32LE(at + 4)
    const start = at + 8
    if (name === 'fmt ') format = readFormat(file.subarray(start, start + size))
    if (name === 'data') {
      if (!format) throw new Error('it has data before its format')
      if (size !== unknownSize && start + size > file.length) throw new Error('its data is cut off')
      const data = size === unknownSize ? file.subarray(start) : file.subarray(start, start + size)
      const durationMs = (data.length / 2 / format.channels / format.sampleRateHz) * 1_000
      return { ...format, durationMs, loudness: loudness(data) }
    }
    at = start + size + (size % 2)
  }
  throw new Error('it has no data')
}

function loudness(data: Buffer): number {
  let sum = 0
  let count = 0
  for (let at = 0; at + 2 <= data.length; at += 2 * stride, count++) sum += data.readInt16LE(at) ** 2
  return Math.sqrt(sum / Math.max(1, count))
}

function readFormat(chunk: Buffer): Pick<WavFormat, 'sampleRateHz' | 'channels'> {
  if (chunk.length < 16) throw new Error('its format is cut off')
  const [code, channels, bits] = [chunk.readUInt16LE(0), chunk.readUInt16LE(2), chunk.readUInt16LE(14)]
  const [sampleRateHz, byteRate, blockAlign] = [chunk.readUInt32LE(4), chunk.readUInt32LE(8), chunk.readUInt16LE(12)]
  if (code !== 1 || bits !== 16) throw new Error(`it is not 16-bit PCM (format ${code}, ${bits} bits)`)
  if (channels < 1 || sampleRateHz < 1 || blockAlign !== channels * 2 || byteRate !== sampleRateHz * blockAlign) {
    throw new Error('its format contradicts itself')
  }
  return { sampleRateHz, channels }
}
