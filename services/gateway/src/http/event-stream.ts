import { once } from 'node:events'
import type { Response } from 'express'

/** Proxies cut connections on which nothing comes for longer. */
const commentEveryMs = 15_000

export type EventStreamSettings = {
  signal: AbortSignal
  /** What is sent at the end, when all went well. */ last?: string
}

/**
 * Sends items as server-sent events, no faster than the client takes them. What fails before the first item is thrown, so
 * that it can still be answered with its status; later, the stream ends with an event `error`, made by `toError`.
 */
export async function sendEvents(
  response: Response,
  items: AsyncIterable<unknown>,
  { signal, last }: EventStreamSettings,
): Promise<void> {
  const iterator = items[Symbol.asyncIterator]()
  let next = await iterator.next()
  begin(response)
  const comments = setInterval(() => response.write(': still here\n\n'), commentEveryMs)
  try {
    for (; !next.done; next = await iterator.next())
      await write(response, `data: ${JSON.stringify(next.value)}\n\n`, signal)
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

async function write(response: Response, text: string, signal: AbortSignal): Promise<void> {
  if (!response.write(text)) await once(response, 'drain', { signal })
}
