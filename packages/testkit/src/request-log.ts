const mostKept = 10_000

/** The newest requests of a fake, oldest first, with a way to wait for what becomes of them. */
export type RequestLog<Request> = {
  readonly requests: Request[]
  add: (request: Request) => void
  /** Says that a request changed. */
  changed: () => void
  /** The first request that passes, now or as soon as one does. @throws Error after `timeoutMs`. */
  find: (test: (request: Request) => boolean, options?: { timeoutMs?: number }) => Promise<Request>
}

/** `describe` is how a request reads in the error of a `find` that waited in vain. */
export function createRequestLog<Request>(describe: (request: Request) => string): RequestLog<Request> {
  const requests: Request[] = []
  const waiting = new Set<() => void>()
  const changed = () => {
    for (const look of waiting) look()
  }

  return {
    requests,
    add: (request) => {
      if (requests.length >= mostKept) requests.shift()
      requests.push(request)
      changed()
    },
    changed,
    find: (test, { timeoutMs = 5_000 } = {}) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = requests.find(test)
          if (!found) return
          clearTimeout(timer)
          waiting.delete(look)
          resolve(found)
        }
        const timer = setTimeout(() => {
          waiting.delete(look)
          const seen = requests.slice(-20).map(describe).join(', ')
          reject(new Error(`The request did not come within ${timeoutMs} ms; seen: ${seen || 'nothing'}`))
        }, timeoutMs)
        waiting.add(look)
        look()
      }),
  }
}
