import { EventSourceParserStream } from 'eventsource-parser/stream'
import type { paths } from './paths.ts'
import { ParleyError, readProblem, type ProblemDetails } from './problem.ts'
import { backOffMs, readToken, wait, type ClientSettings } from './settings.ts'

type Ask = paths['/api/v1/conversations/ask']['post']
export type Question = Ask['requestBody']['content']['application/json']
/** A part of an answer: `started`, `text-delta`, `tool-start`, `tool-end`, `finished`. */
export type AnswerEvent = Ask['responses'][200]['content']['text/event-stream']

export type AskOptions = {
  signal?: AbortSignal
  /** How often in a row the connection may fail without anything new. */
  tries?: number
}

/**
 * Asks, and gives the answer as it is made. Where the connection breaks, it is taken up again, without loss or repetition. Leaving
 * the loop does not stop the answer: it is made to its end and stored in the conversation.
 * @throws ParleyError for a refusal; what `fetch` failed with when it failed before anything was heard, or too often
 */
export async function* ask(
  settings: ClientSettings,
  question: Question,
  { signal, tries = 5 }: AskOptions = {},
): AsyncGenerator<AnswerEvent, void, undefined> {
  let lastEventId: string | undefined
  let answerId: string | undefined
  let failures = 0
  for (;;) {
    try {
      const response = await open(settings, question, { answerId, lastEventId, signal })
      if (response.status === 204) return
      if (!response.ok || !response.body) throw await readProblem(response)
      const events = response.body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream())
      for await (const { id, event, data } of values(events)) {
        if (event === 'error') throw new ParleyError(JSON.parse(data) as ProblemDetails)
        const part = JSON.parse(data) as AnswerEvent
        lastEventId = id
        failures = 0
        if (part.type === 'started') answerId = part.answerId
        yield part
        if (part.type === 'finished') return
      }
      // Ended without its last event: stopped, or cut. Asking after it tells which.
      if (answerId === undefined) return
    } catch (error) {
      signal?.throwIfAborted()
      // What was never heard of is not asked twice.
      const final = error instanceof ParleyError && !(error.details.retryable && error.details.status >= 500)
      if (answerId === undefined || final || ++failures >= tries) throw error
    }
    await wait(failures === 0 ? 0 : backOffMs(failures - 1), signal)
  }
}

type Place = { answerId: string | undefined; lastEventId: string | undefined; signal: AbortSignal | undefined }

async function open(settings: ClientSettings, question: Question, place: Place): Promise<Response> {
  const { baseUrl, fetch = globalThis.fetch } = settings
  const { answerId, lastEventId, signal } = place
  const token = await readToken(settings)
  const headers = {
    accept: 'text/event-stream',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
  }
  const given = signal ? { signal } : {}
  if (answerId !== undefined) return fetch(new URL(`/api/v1/answers/${answerId}`, baseUrl), { headers, ...given })
  return fetch(new URL('/api/v1/conversations/ask', baseUrl), {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(question),
    ...given,
  })
}

/** Not all browsers let one loop over a stream. */
async function* values<T>(stream: ReadableStream<T>): AsyncGenerator<T, void, undefined> {
  const reader = stream.getReader()
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}
