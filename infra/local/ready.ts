import { setTimeout as delay } from 'node:timers/promises'

/** Resolves when a service says that it is ready to work; rejects only when the signal aborts. */
export async function waitUntilReady(healthPort: number, signal: AbortSignal): Promise<void> {
  while (!(await isReady(healthPort, signal))) await delay(50, undefined, { signal })
}

async function isReady(healthPort: number, signal: AbortSignal): Promise<boolean> {
  signal.throwIfAborted()
  try {
    const response = await fetch(`http://127.0.0.1:${healthPort}/readyz`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(2_000)]),
    })
    await response.body?.cancel()
    return response.status === 200
  } catch {
    return false
  }
}
