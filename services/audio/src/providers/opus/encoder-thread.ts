import { Problem } from '@parley/contracts'
import { Worker } from 'node:worker_threads'
import type { FromWorker, ToWorker } from './encoder-messages.ts'

/** One worker thread and the jobs it has in hand. */
export type EncoderThread = AsyncDisposable & {
  readonly alive: boolean
  /** Streams that are open on it. */
  streams: number
  tell: (message: ToWorker) => void
  encode: (stream: number, samples: Int16Array) => Promise<Uint8Array[]>
}

type Job = { resolve: (packets: Uint8Array[]) => void; reject: (problem: Problem) => void }

const workerUrl = new URL('./encoder-worker.ts', import.meta.url)

/** @param onDeath called once when the thread ends without having been disposed; its jobs have failed by then. */
export function startEncoderThread(onDeath: (cause: unknown) => void): EncoderThread {
  const worker = new Worker(workerUrl)
  const jobs = new Map<number, Job>()
  let nextJob = 0
  let alive = true
  let closing = false

  worker.on('message', (message: FromWorker) => {
    const job = jobs.get(message.job)
    jobs.delete(message.job)
    if (message.kind === 'encoded') return job?.resolve(cut(message.bytes, message.lengths))
    job?.reject(new Problem('internal', 'The sound could not be encoded', { cause: message.message }))
  })
  worker.on('error', die)
  worker.on('exit', (code) => die(new Error(`The encoder thread ended with ${code}`)))

  function die(cause: unknown) {
    if (!alive) return
    alive = false
    for (const job of jobs.values()) job.reject(lost(cause))
    jobs.clear()
    if (!closing) onDeath(cause)
  }

  return {
    streams: 0,
    get alive() {
      return alive
    },
    tell: (message) => worker.postMessage(message, []),
    encode: (stream, samples) => {
      if (!alive) return Promise.reject(lost(undefined))
      const own =
        samples.buffer instanceof ArrayBuffer ? (samples as Int16Array<ArrayBuffer>) : Int16Array.from(samples)
      return new Promise((resolve, reject) => {
        const job = nextJob++
        jobs.set(job, { resolve, reject })
        worker.postMessage({ kind: 'encode', stream, job, samples: own } satisfies ToWorker, [own.buffer])
      })
    },
    [Symbol.asyncDispose]: async () => {
      closing = true
      await worker.terminate()
    },
  }
}

const lost = (cause: unknown) => new Problem('unavailable', 'The encoder of this sentence is gone', { cause })

function cut(bytes: Uint8Array, lengths: number[]): Uint8Array[] {
  let at = 0
  return lengths.map((length) => bytes.subarray(at, (at += length)))
}
