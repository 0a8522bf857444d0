import { Problem } from '@parley/contracts'
import { Worker } from 'node:worker_threads'
import type { FromSherpa, SherpaWork, ToSherpa } from './sherpa-messages.ts'
import type { SherpaResult } from './sherpa-module.ts'

/** One model on a thread of its own. */
export type SherpaThread = AsyncDisposable & {
  open: (onPartial: (text: string) => void) => SherpaStream
  /** @throws Problem */
  embed: (samples: Float32Array, sampleRateHz: number) => Promise<Float32Array>
  /** Throws when the thread has died. */
  check: () => void
}

export type SherpaStream = {
  push: (samples: Float32Array) => void
  end: () => void
  close: () => void
  result: Promise<SherpaResult>
}

type Waiting = {
  onPartial?: (text: string) => void
  resolve: (value: never) => void
  reject: (error: unknown) => void
}

const workerUrl = new URL('./sherpa-worker.ts', import.meta.url)
const mostWaiting = 256

/** @throws Error when the model cannot be loaded */
export async function startSherpaThread(work: SherpaWork): Promise<SherpaThread> {
  const worker = new Worker(workerUrl, { workerData: work })
  const waiting = new Map<number, Waiting>()
  let next = 0
  let dead: unknown
  const ready = Promise.withResolvers<void>()
  ready.promise.catch(() => undefined)

  worker.on('message', (message: FromSherpa) => {
    if (message.kind === 'ready') return ready.resolve()
    const asked = waiting.get(message.stream)
    if (message.kind === 'partial') return asked?.onPartial?.(message.text)
    waiting.delete(message.stream)
    if (message.kind === 'failed') asked?.reject(new Error(message.message))
    else asked?.resolve((message.kind === 'result' ? message.result : message.embedding) as never)
  })
  worker.on('error', die)
  worker.on('exit', (code) => die(new Error(`The thread of sherpa-onnx ended with ${code}`)))

  function die(cause: unknown) {
    dead ??= cause
    ready.reject(cause)
    for (const { reject } of waiting.values()) reject(lost())
    waiting.clear()
  }
  const lost = () => new Problem('provider-failed', 'The model on this machine has died', { cause: dead })
  const tell = (message: ToSherpa) => {
    if (!dead) worker.postMessage(message, [])
  }
  function wait<T>(stream: number, onPartial?: (text: string) => void): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    promise.catch(() => undefined)
    if (dead) reject(lost())
    else if (waiting.size >= mostWaiting)
      reject(new Problem('overloaded', 'Too much waits for the model on this machine'))
    else waiting.set(stream, { resolve, reject, ...(onPartial && { onPartial }) })
    return promise
  }

  await ready.promise
  return {
    open: (onPartial) => {
      const stream = next++
      const result = wait<SherpaResult>(stream, onPartial)
      tell({ kind: 'open', stream })
      return {
        push: (samples) => tell({ kind: 'push', stream, samples }),
        end: () => tell({ kind: 'end', stream }),
        close: () => {
          waiting.delete(stream)
          tell({ kind: 'close', stream })
        },
        result,
      }
    },
    embed: (samples, sampleRateHz) => {
      const stream = next++
      const embedding = wait<Float32Array>(stream)
      tell({ kind: 'embed', stream, samples, sampleRateHz })
      return embedding
    },
    check: () => {
      if (dead) throw lost()
    },
    [Symbol.asyncDispose]: async () => void (await worker.terminate()),
  }
}
