import { listenRateHz, type PacketDecoder } from './ports.ts'

/** For senders that have no Opus: their frames are the samples themselves, 16 bit, little endian, at the rate of listening. */
export function createPcmDecoder(): PacketDecoder {
  return {
    decode: (frame) => {
      const samples = new Int16Array(frame.byteLength >> 1)
      const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength)
      for (let index = 0; index < samples.length; index++) samples[index] = view.getInt16(index * 2, true)
      return samples
    },
    conceal: (durationMs) => new Int16Array((durationMs * listenRateHz) / 1_000),
    [Symbol.dispose]: () => undefined,
  }
}
