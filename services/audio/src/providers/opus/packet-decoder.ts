import { createDecoder } from 'libopus-wasm'
import { listenRateHz, type PacketDecoder } from '../../domain/ports.ts'

/** PLC is made in steps of 2.5 ms; libopus takes at most 120 ms at once. */
const stepMs = 2.5
const mostMs = 120

/** An Opus decoder that gives 16 kHz mono whatever rate the sender encoded at: Opus packets carry no sample rate. */
export async function createPacketDecoder(): Promise<PacketDecoder> {
  const decoder = await createDecoder({ sampleRate: listenRateHz, channels: 1 })
  return {
    decode: (packet) => decoder.decode(packet),
    conceal: (durationMs) => {
      const steps = Math.max(1, Math.round(Math.min(durationMs, mostMs) / stepMs))
      return decoder.decodePacketLoss((steps * stepMs * listenRateHz) / 1_000)
    },
    [Symbol.dispose]: () => decoder.free(),
  }
}
