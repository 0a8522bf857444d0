import { once } from 'node:events'
import type { Response } from 'express'

/** Proxies cut connections on which nothing comes for longer. */
const usualCommentMs = 15_000

/** One event; with an `id` a client that was cut off can say where it was (`Last-Event-ID`). */
export type ServerEvent = { id?: string; data: unknown }

export type EventStreamSettings = {
  signal: AbortSignal
  /** What is sent at the end, when all went well. */ last?: string
  commentEveryMs?: number
}

/**
 * Sends server-sent events, no faster than the client takes them. What fails before the first event is thrown, so that it can
 * still be answered with its status; what is thrown later is for whoever ends the stream with an event `error`.
 */
export async function sendEvents(
  response: Response,
  events: AsyncIterable<ServerEvent>,
  { signal, last, commentEveryMs = usualCommentMs }: EventStreamSettings,
): Promise<void> {
  const iterator = events[Symbol.asyncIterator]()
  let next = await iterator.next()
  begin(response)
  const comments = setInterval(() => {
    // Who does not read what waits already needs no sign of life.
    if (!response.writableNeedDrain) response.write(': still here\n\n')
  }, commentEveryMs)
  try {
    for (; !next.done; next = await iterator.next()) await write(response, toText(next.value), signal)
    if (last !== undefined) response.write(`data: ${last}\n\n`)
    response.end()
  } finally {
    clearInterval(comments)
    await iterator.return?.()
  }
}

function begin(response: Response) {
  response.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-cache, no-transform',
    // nginx would collect the pieces otherwise.
    'X-Accel-Buffering': 'no',
  })
}

function toText({ id, data }: ServerEvent): string {
  const name = id === undefined ? '' : `id: ${id}\n`
  return `${name}data: ${JSON.stringify(data)}\n\n`
}

async function write(response: Response, text: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  if (!response.write(text)) await once(response, 'drain', { signal })
}
