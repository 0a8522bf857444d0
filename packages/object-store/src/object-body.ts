import { Problem } from '@parley/contracts'
import { Readable } from 'node:stream'
import type { NewObject } from './object-store.ts'

export type BodyLimits = { maxBytes: number; idleTimeoutMs: number; signal?: AbortSignal }

/** The body of one upload; disposing closes what was not read to its end. */
export type ObjectBody = Disposable & {
  /**
   * Its chunks, once.
   * @throws Problem `too-large`, `timeout` when no chunk comes for too long; the signal's reason; the body's own error
   */
  read: (limits: BodyLimits) => AsyncGenerator<Uint8Array, void>
}

export function openBody(body: NewObject['body']): ObjectBody {
  const source = body instanceof Uint8Array ? once(body) : body[Symbol.asyncIterator]()
  let ended = false
  // A stream may fail before anybody reads it: that is for `read` to say, and not the end of the process.
  if (body instanceof Readable) body.on('error', () => {})

  async function* read({ maxBytes, idleTimeoutMs, signal }: BodyLimits): AsyncGenerator<Uint8Array, void> {
    let size = 0
    for (;;) {
      // An abort while the last chunk was on its way to the disk is not heard by what waits for the next one.
      signal?.throwIfAborted()
      const next = await within(source.next(), idleTimeoutMs, signal)
      if (next.done) break
      size += next.value.byteLength
      if (size > maxBytes) throw new Problem('too-large', `The object is larger than ${maxBytes} bytes`)
      yield next.value
    }
    ended = true
  }

  /** Not awaited: a source that hangs may never answer. */
  function close(): void {
    if (ended) return
    if (body instanceof Readable) body.destroy()
    else void source.return?.().catch(() => {})
  }

  return { read, [Symbol.dispose]: close }
}

async function* once(chunk: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield chunk
}

function within<T>(work: Promise<T>, timeoutMs: number, signal: AbortSignal | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal?.reason)
    const late = () => reject(new Problem('timeout', `The object did not go on for ${timeoutMs} ms`))
    const timer = setTimeout(late, timeoutMs)
    signal?.addEventListener('abort', onAbort, { once: true })
    void work.then(resolve, reject).finally(() => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    })
  })
}
