/** Lets through, or makes wait. */
export type Gate = {
  hold: () => void
  release: () => void
  /** Resolves at once while it is open. Rejects with the signal's reason when aborted. */
  pass: (signal: AbortSignal) => Promise<void>
}

export function createGate(): Gate {
  let opened: PromiseWithResolvers<void> | undefined

  return {
    hold: () => {
      opened ??= Promise.withResolvers()
    },
    release: () => {
      opened?.resolve()
      opened = undefined
    },
    pass: async (signal) => {
      while (opened) {
        signal.throwIfAborted()
        const { promise: aborted, reject } = Promise.withResolvers<never>()
        const onAbort = () => reject(signal.reason)
        signal.addEventListener('abort', onAbort, { once: true })
        await Promise.race([opened.promise, aborted]).finally(() => signal.removeEventListener('abort', onAbort))
      }
    },
  }
}
