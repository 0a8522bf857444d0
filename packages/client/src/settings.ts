/** Where the platform is, and who asks. */
export type ClientSettings = {
  /** Such as `https://parley.example.com`. */
  baseUrl: string
  /** A token or an API key; a function is asked each time, so that it may refresh it. */
  token?: string | (() => string | undefined | Promise<string | undefined>)
  fetch?: typeof globalThis.fetch
  WebSocket?: typeof globalThis.WebSocket
}

export async function readToken({ token }: ClientSettings): Promise<string | undefined> {
  return typeof token === 'function' ? token() : token
}

/** Half a second, twice as long each time, half a minute at most; a random part of it, so that not all come back at once. */
export function backOffMs(failures: number): number {
  return Math.min(30_000, 500 * 2 ** failures) * (0.5 + Math.random() / 2)
}

/** @throws the reason of `signal` when it is aborted meanwhile */
export function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const abort = () => {
      clearTimeout(timer)
      reject(signal?.reason as Error)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort)
      resolve()
    }, ms)
    signal?.addEventListener('abort', abort, { once: true })
  })
}
