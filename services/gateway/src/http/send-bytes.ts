import { once } from 'node:events'
import type { Response } from 'express'

/**
 * Sends bytes as they are made, no faster than the client takes them. What fails before the first piece is thrown as it is; later
 * the connection is cut, so that nobody takes a part for the whole.
 */
export async function sendBytes(
  response: Response,
  pieces: AsyncIterable<Uint8Array>,
  { signal, type }: { signal: AbortSignal; type: string },
): Promise<void> {
  const iterator = pieces[Symbol.asyncIterator]()
  let next = await iterator.next()
  response.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' })
  try {
    for (; !next.done; next = await iterator.next()) {
      if (!response.write(next.value)) await once(response, 'drain', { signal })
    }
    response.end()
  } finally {
    await iterator.return?.()
  }
}
