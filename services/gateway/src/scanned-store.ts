import type { ObjectStore } from '@parley/object-store'

/**
 * Looks at a file on its way into the store: gives it on as it is, and throws before its end when it must not be stored. A store takes all
 * of a file or nothing, so that nobody ever sees what was refused.
 * @throws Problem `bad-request` for what is not harmless, `too-large`, `unavailable` when it cannot be known
 */
export type UploadScan = (file: AsyncIterable<Uint8Array>, signal: AbortSignal) => AsyncIterable<Uint8Array>

/** A store into which nothing comes that was not looked at. */
export function scannedStore(store: ObjectStore, scan: UploadScan): ObjectStore {
  return {
    ...store,
    put: (object, options = {}) => {
      const { body } = object
      const file = body instanceof Uint8Array ? once(body) : body
      const signal = options.signal ?? new AbortController().signal
      return store.put({ ...object, body: scan(file, signal) }, options)
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  }
}

async function* once(bytes: Uint8Array) {
  yield bytes
}
