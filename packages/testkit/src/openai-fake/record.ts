import { createRequestLog as createLog, type RequestLog as Log } from '../request-log.ts'
import type { ChatBody } from './chat-body.ts'
import type { SpeechBody } from './speech-body.ts'
import type { TranscriptionBody } from './transcription-body.ts'

type Bodies = {
  chat: ChatBody
  transcription: TranscriptionBody
  speech: SpeechBody
  embedding: never
  image: never
  models: never
  unknown: never
}
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

/** The log of this fake; `open` notes a request as it begins. */
export type RequestLog = Omit<Log<FakeRequest>, 'add'> & {
  open: (request: Pick<FakeRequest, 'kind' | 'path' | 'apiKey'>) => FakeRequest
}

const nothingYet = {
  body: undefined,
  status: undefined,
  receivedAt: undefined,
  firstByteAt: undefined,
  endedAt: undefined,
}

export function createRequestLog(): RequestLog {
  const { add, ...log } = createLog<FakeRequest>(({ kind, outcome, status }) => `${kind} ${status ?? ''} ${outcome}`)
  return {
    ...log,
    open: (request) => {
      const record = { ...request, ...nothingYet, startedAt: performance.now(), outcome: 'open' } as FakeRequest
      add(record)
      return record
    },
  }
}
