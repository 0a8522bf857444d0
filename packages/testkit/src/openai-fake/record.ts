import type { ChatBody } from './chat-body.ts'
import type { SpeechBody } from './speech-body.ts'
import type { TranscriptionBody } from './transcription-body.ts'

type Bodies = { chat: ChatBody; transcription: TranscriptionBody; speech: SpeechBody; models: never; unknown: never }
export type RequestKind = keyof Bodies

type Recorded<Kind extends RequestKind> = {
  kind: Kind
  path: string
  apiKey: string | undefined
  /** What was asked; undefined as long as it is on its way, and when it was refused. */
  body: Bodies[Kind] | undefined
  status: number | undefined
  /** Moments on the monotonic clock of this process (`performance.now()`). */
  startedAt: number
  receivedAt: number | undefined
  firstByteAt: number | undefined
  endedAt: number | undefined
  /** `aborted` by the client, `broken` as the script wanted it; `open` until `endedAt`. */
  outcome: 'open' | 'completed' | 'aborted' | 'broken'
}

/** One request as the server saw it, kept up to date while it lasts. */
export type FakeRequest = { [Kind in RequestKind]: Recorded<Kind> }[RequestKind]

const mostKept = 10_000

/** The newest requests, oldest first, with a way to wait for what becomes of them. */
export type RequestLog = {
  readonly requests: FakeRequest[]
  open: (request: Pick<FakeRequest, 'kind' | 'path' | 'apiKey'>) => FakeRequest
  /** Says that a request changed. */
  changed: () => void
  /** The first request that passes, now or as soon as one does. @throws Error after `timeoutMs`. */
  find: (test: (request: FakeRequest) => boolean, options?: { timeoutMs?: number }) => Promise<FakeRequest>
}

export function createRequestLog(): RequestLog {
  const requests: FakeRequest[] = []
  const waiting = new Set<() => void>()
  const changed = () => {
    for (const look of waiting) look()
  }

  return {
    requests,
    open: (request) => {
      const nothingYet = {
        body: undefined,
        status: undefined,
        receivedAt: undefined,
        firstByteAt: undefined,
        endedAt: undefined,
      }
      const record = { ...request, ...nothingYet, startedAt: performance.now(), outcome: 'open' } as FakeRequest
      if (requests.length >= mostKept) requests.shift()
      requests.push(record)
      changed()
      return record
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
          const seen = requests.slice(-20).map(({ kind, outcome, status }) => `${kind} ${status ?? ''} ${outcome}`)
          reject(new Error(`The request did not come within ${timeoutMs} ms; seen: ${seen.join(', ') || 'nothing'}`))
        }, timeoutMs)
        waiting.add(look)
        look()
      }),
  }
}
