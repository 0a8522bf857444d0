const headerBytes = 44
/** What is written where the length is not known yet. */
const unknown = 0xffffffff

/** A WAV file of mono 16-bit PCM. */
export function toWav(samples: Int16Array, sampleRateHz: number): Uint8Array<ArrayBuffer> {
  const head = wavHead(sampleRateHz, samples.byteLength)
  const bytes = new Uint8Array(headerBytes + samples.byteLength)
  bytes.set(head)
  bytes.set(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength), headerBytes)
  return bytes
}

/** What such a file begins with; without its length where that is still to come. */
export function wavHead(sampleRateHz: number, dataBytes?: number): Uint8Array {
  const bytes = new Uint8Array(headerBytes)
  const view = new DataView(bytes.buffer)
  const write = (at: number, text: string) => bytes.set(new TextEncoder().encode(text), at)
  write(0, 'RIFF')
  view.setUint32(4, dataBytes === undefined ? unknown : headerBytes - 8 + dataBytes, true)
  write(8, 'WAVEfmt ')
  view.setUint32(16, 16, true)
  view.setUint16(20, 1, true)
  view.setUint16(22, 1, true)
  view.setUint32(24, sampleRateHz, true)
  view.setUint32(28, sampleRateHz * 2, true)
  view.setUint16(32, 2, true)
  view.setUint16(34, 16, true)
  write(36, 'data')
  view.setUint32(40, dataBytes ?? unknown, true)
  return bytes
}
