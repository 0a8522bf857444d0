import { Problem, type OpusFormat } from '@parley/contracts'
import type { PacketEncoder } from '../../domain/ports.ts'
import { startEncoderThread, type EncoderThread } from './encoder-thread.ts'

/** The durations that libopus-wasm encodes. */
const frameDurationsMs = [5, 10, 20, 40, 60]
/** A thread that dies younger than this is replaced only after as long. */
const restMs = 1_000

export type EncoderPoolSettings = {
  threads: number
  bitrate: number
  complexity: number
  onDeath: (cause: unknown) => void
}

/**
 * Opus encoders on worker threads. A stream stays on the thread where it was opened, the one with the fewest streams;
 * its jobs are small, so that streams on one thread take turns. A dead thread fails its streams and is replaced.
 */
export type EncoderPool = AsyncDisposable & {
  /** @throws Problem `bad-request` for a frame duration that Opus does not have, `unavailable` when no thread lives. */
  open: (format: OpusFormat) => PacketEncoder
  /** Throws when no thread lives. */
  check: () => void
  /** How many streams are open. */
  readonly streams: number
}

export function openEncoderPool({ threads, bitrate, complexity, onDeath }: EncoderPoolSettings): EncoderPool {
  const pool: EncoderThread[] = []
  const waits = new Set<NodeJS.Timeout>()
  for (let index = 0; index < threads; index++) start(index)
  let nextStream = 0

  function start(index: number) {
    const startedAt = performance.now()
    pool[index] = startEncoderThread((cause) => {
      onDeath(cause)
      if (performance.now() - startedAt >= restMs) return start(index)
      const wait = setTimeout(() => {
        waits.delete(wait)
        start(index)
      }, restMs)
      waits.add(wait)
    })
  }

  function choose(): EncoderThread {
    const [first, ...others] = pool.filter((thread) => thread.alive)
    if (!first) throw new Problem('unavailable', 'No encoder is running at the moment')
    return others.reduce((least, thread) => (thread.streams < least.streams ? thread : least), first)
  }

  return {
    open: ({ sampleRateHz, frameMs }) => {
      if (!frameDurationsMs.includes(frameMs)) {
        const message = `must be one of ${frameDurationsMs.join(', ')}`
        const issues = [{ path: 'format.frameMs', message }]
        throw new Problem('bad-request', `format.frameMs ${message}`, { issues })
      }
      const thread = choose()
      const stream = nextStream++
      let open = true
      const frameSamples = (sampleRateHz * frameMs) / 1_000
      thread.streams++
      thread.tell({ kind: 'open', stream, sampleRateHz, frameSamples, bitrate, complexity })
      return {
        encode: (samples) => thread.encode(stream, samples),
        [Symbol.dispose]: () => {
          if (!open) return
          open = false
          thread.streams--
          thread.tell({ kind: 'close', stream })
        },
      }
    },
    check: () => void choose(),
    get streams() {
      return pool.reduce((sum, thread) => sum + thread.streams, 0)
    },
    [Symbol.asyncDispose]: async () => {
      for (const wait of waits) clearTimeout(wait)
      await Promise.all(pool.map((thread) => thread[Symbol.asyncDispose]()))
    },
  }
}
