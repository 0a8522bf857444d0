import { Problem, type OpusFormat } from '@parley/contracts'
import { createFramer } from './framing.ts'
import { createPacketJoiner } from './join-packets.ts'
import { createLeadingSilenceTrim } from './leading-silence.ts'
import type { OpusPackets, PacketEncoder, Pcm } from './ports.ts'
import { createResampler } from './resample.ts'

/**
 * Frames of one encoder job: few, so that many sentences share an encoder fairly; not too few, since every job wakes a thread
 * twice. The first goes alone, at once.
 */
const framesPerJob = 8

/**
 * Turns a synthesizer's sound into Opus packets of the wanted format, on demand: a packet leaves as soon as
 * its samples are there, and more is read only when the packets of one job are taken. The last frame is filled up with
 * silence. What comes as Opus is only packed anew.
 */
export async function* speakPackets(
  sound: AsyncIterable<Pcm | OpusPackets>,
  format: OpusFormat,
  encoder: PacketEncoder,
): AsyncGenerator<Uint8Array, void, undefined> {
  const pieces = sound[Symbol.asyncIterator]()
  try {
    const first = await pieces.next()
    if (first.done) return
    const all = { [Symbol.asyncIterator]: () => withFirst(first.value, pieces) }
    if ('packets' in first.value) yield* join(all as AsyncIterable<OpusPackets>, format)
    else for await (const job of encoderJobs(all as AsyncIterable<Pcm>, format)) yield* await encoder.encode(job)
  } finally {
    await pieces.return?.(undefined)
  }
}

async function* withFirst<T>(first: T, rest: AsyncIterator<T>): AsyncGenerator<T, void, undefined> {
  yield first
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value
}

async function* join(
  sound: AsyncIterable<OpusPackets>,
  { frameMs }: OpusFormat,
): AsyncGenerator<Uint8Array, void, undefined> {
  const joiner = createPacketJoiner(frameMs)
  try {
    for await (const { packets } of sound) yield* joiner.push(packets)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new Problem('provider-failed', `The provider's packets do not make up ${frameMs} ms`, { cause: error })
  }
  yield* joiner.flush()
}

/** Whole frames at the format's rate, a few at a time, as soon as they are there. */
export async function* encoderJobs(
  sound: AsyncIterable<Pcm>,
  format: OpusFormat,
): AsyncGenerator<Int16Array, void, undefined> {
  const framer = createFramer((format.sampleRateHz * format.frameMs) / 1_000)
  let pipe: ReturnType<typeof createPipe> | undefined
  let first = true

  for await (const { samples, sampleRateHz } of sound) {
    pipe ??= createPipe(sampleRateHz, format.sampleRateHz)
    framer.push(pipe.push(samples))
    yield* jobs()
  }
  if (!pipe) return
  framer.push(pipe.flush())
  framer.fill()
  yield* jobs()

  function* jobs() {
    for (let job = framer.take(first ? 1 : framesPerJob); job; job = framer.take(framesPerJob)) {
      first = false
      yield job
    }
  }
}

function createPipe(fromHz: number, toHz: number) {
  const trim = createLeadingSilenceTrim(fromHz)
  const resampler = createResampler(fromHz, toHz)
  return { push: (samples: Int16Array) => resampler.push(trim(samples)), flush: resampler.flush }
}
