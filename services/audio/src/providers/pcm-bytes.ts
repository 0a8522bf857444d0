import type { Pcm } from '../domain/ports.ts'

/** 16-bit little-endian mono as it comes: cut anywhere, also in the middle of a sample. */
export async function* toPcm(
  source: AsyncIterable<Uint8Array>,
  sampleRateHz: number,
): AsyncGenerator<Pcm, void, undefined> {
  let odd: Uint8Array = new Uint8Array(0)
  for await (const piece of source) {
    const all = new Uint8Array(odd.length + piece.length)
    all.set(odd)
    all.set(piece, odd.length)
    const whole = all.length - (all.length % 2)
    odd = all.slice(whole)
    if (whole > 0) yield { samples: new Int16Array(all.buffer, 0, whole / 2), sampleRateHz }
  }
}

/** The bytes of samples, as a view. */
export function toBytes(samples: Int16Array): Uint8Array {
  return new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)
}
