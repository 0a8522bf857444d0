import { Problem } from '@parley/contracts'
import { startSphinx, type Hypothesis, type SphinxProcess, type SphinxSettings } from './sphinx-process.ts'

export type SphinxQueueSettings = SphinxSettings & {
  /** The most utterances that may wait. */
  bound: number
  timeoutMs: number
}

/**
 * A PocketSphinx that is always there: utterances take turns, a process that dies is started again, and the utterance
 * that it died on is tried once more.
 */
export type SphinxQueue = Disposable & {
  /**
   * @throws Problem `overloaded` when too much waits, `timeout`, `provider-failed` when it dies twice; the signal's
   * reason when it is aborted.
   */
  ask: (id: string, signal: AbortSignal) => Promise<Hypothesis>
  /** Throws when the process does not stand at the moment. */
  check: () => void
}

/** How long an unwanted utterance may still keep the process busy: a new process costs more. */
const graceMs = 250
const shortestRestMs = 100
const longestRestMs = 10_000

export function openSphinxQueue(settings: SphinxQueueSettings): SphinxQueue {
  let child: SphinxProcess | undefined
  let tail: Promise<unknown> = Promise.resolve()
  let waiting = 0
  let deaths = 0
  let notBefore = 0
  let closed = false

  async function standing(signal: AbortSignal): Promise<SphinxProcess> {
    if (child?.alive) return child
    const restMs = notBefore - performance.now()
    if (restMs > 0) await pause(restMs, signal)
    if (closed) throw new Problem('unavailable', 'The recogniser is closing')
    child = startSphinx(settings)
    return child
  }

  function died() {
    deaths++
    notBefore = performance.now() + Math.min(longestRestMs, shortestRestMs * 2 ** (deaths - 1))
  }

  async function attempt(id: string, signal: AbortSignal): Promise<Hypothesis> {
    const asked = await standing(signal)
    try {
      const answer = await bounded(asked, id, signal)
      deaths = 0
      return answer
    } catch (error) {
      if (!asked.alive && !signal.aborted) died()
      throw error
    }
  }

  function bounded(asked: SphinxProcess, id: string, signal: AbortSignal): Promise<Hypothesis> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        reject(new Problem('timeout', 'The recogniser took too long'))
        asked.kill()
      }, settings.timeoutMs)
      let unwanted: NodeJS.Timeout | undefined
      const onAbort = () => (unwanted = setTimeout(asked.kill, graceMs))
      signal.addEventListener('abort', onAbort, { once: true })
      asked
        .ask(id)
        .then(resolve, reject)
        .finally(() => {
          clearTimeout(late)
          clearTimeout(unwanted)
          signal.removeEventListener('abort', onAbort)
        })
    })
  }

  async function turn(id: string, signal: AbortSignal): Promise<Hypothesis> {
    signal.throwIfAborted()
    try {
      return await attempt(id, signal)
    } catch (error) {
      if (signal.aborted) throw signal.reason
      if (error instanceof Problem) throw error
      return await attempt(id, signal).catch((cause: unknown) => {
        if (signal.aborted) throw signal.reason
        throw cause instanceof Problem ? cause : new Problem('provider-failed', 'The recogniser failed', { cause })
      })
    }
  }

  child = startSphinx(settings)
  return {
    ask: (id, signal) => {
      if (closed) return Promise.reject(new Problem('unavailable', 'The recogniser is closing'))
      if (waiting >= settings.bound) {
        return Promise.reject(new Problem('overloaded', 'Too many utterances wait to be recognised'))
      }
      waiting++
      const answer = tail.then(() => turn(id, signal)).finally(() => waiting--)
      tail = answer.catch(() => undefined)
      return answer
    },
    check: () => {
      if (!child?.alive && deaths > 0) throw new Error('the recogniser is not running')
    },
    [Symbol.dispose]: () => {
      closed = true
      child?.kill()
    },
  }
}

function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(done, delayMs)
    const onAbort = () => done()
    signal.addEventListener('abort', onAbort, { once: true })
    function done() {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      if (signal.aborted) reject(signal.reason as Error)
      else resolve()
    }
  })
}
