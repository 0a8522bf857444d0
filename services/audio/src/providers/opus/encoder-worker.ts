import { Application, createEncoder, Signal, type OpusEncoderHandle, type SampleRate } from 'libopus-wasm'
import { setPriority } from 'node:os'
import { parentPort } from 'node:worker_threads'
import type { FromWorker, ToWorker } from './encoder-messages.ts'

const port = parentPort!
/** About half the share of a normal thread, when both want the same core; more would starve it on a busy machine. */
const aLittleLess = 3
// On Linux this thread alone: whoever listens and answers goes before whoever encodes ahead of a loudspeaker.
setPriority(aLittleLess)
const encoders = new Map<number, OpusEncoderHandle>()
/** Messages are taken one after the other: opening is not synchronous, and what follows it must wait. */
let tail: Promise<void> = Promise.resolve()

port.on('message', (message: ToWorker) => {
  tail = tail.then(() => take(message))
})

async function take(message: ToWorker): Promise<void> {
  if (message.kind === 'open') return open(message)
  if (message.kind === 'encode') return encode(message)
  encoders.get(message.stream)?.free()
  encoders.delete(message.stream)
}

/** An encoder that cannot be opened ends the thread: its memory is used up, and a new thread has its own. */
async function open({ stream, sampleRateHz, frameSamples, bitrate, complexity }: ToWorker & { kind: 'open' }) {
  const encoder = await createEncoder({
    sampleRate: sampleRateHz as SampleRate,
    channels: 1,
    frameSize: frameSamples,
    application: Application.Audio,
    // At 32 kbit/s libopus then takes a coder that costs a sixth, and what comes out is no further from the original.
    signal: Signal.Auto,
    bitrate,
    complexity,
  })
  encoders.set(stream, encoder)
}

function encode({ stream, job, samples }: ToWorker & { kind: 'encode' }): void {
  try {
    const encoder = encoders.get(stream)
    if (!encoder) throw new Error(`There is no encoder ${stream}`)
    const packets: Uint8Array[] = []
    for (let at = 0; at < samples.length; at += encoder.frameSize) {
      packets.push(encoder.encode(samples.subarray(at, at + encoder.frameSize)))
    }
    const bytes = new Uint8Array(packets.reduce((length, packet) => length + packet.length, 0))
    let at = 0
    for (const packet of packets) {
      bytes.set(packet, at)
      at += packet.length
    }
    send({ kind: 'encoded', job, bytes, lengths: packets.map((packet) => packet.length) }, [bytes.buffer])
  } catch (error) {
    send({ kind: 'failed', job, message: String(error) }, [])
  }
}

function send(message: FromWorker, transfer: ArrayBuffer[]): void {
  port.postMessage(message, transfer)
}
