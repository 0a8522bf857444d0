import { Problem } from '@parley/contracts'

/**
 * The next part of a provider's answer, waited for no longer than it is given. The wait begins when the part is asked
 * for, so that a slow reader is not a slow provider.
 * @throws Problem `timeout`; the signal's reason when it is aborted. The caller still has to end the source.
 */
export async function nextWithin<T>(
  source: AsyncIterator<T>,
  timeoutMs: number,
  signal: AbortSignal,
  who: string,
): Promise<IteratorResult<T, unknown>> {
  signal.throwIfAborted()
  let timer: NodeJS.Timeout | undefined
  let onAbort: (() => void) | undefined
  const ended = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Problem('timeout', `${who} took longer than ${timeoutMs} ms`)), timeoutMs)
    onAbort = () => reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
  })
  const next = source.next()
  try {
    return await Promise.race([next, ended])
  } catch (error) {
    next.catch(() => undefined)
    throw error
  } finally {
    clearTimeout(timer)
    if (onAbort) signal.removeEventListener('abort', onAbort)
  }
}
