import { once } from 'node:events'
import type { Response } from 'express'

/**
 * Sends items as JSON, one a line (NDJSON), as a file to be kept, no faster than the client takes them. What fails before the
 * first item is thrown as it is; later the connection is cut, so that nobody takes a part for the whole.
 */
export async function sendLines(
  response: Response,
  items: AsyncIterable<unknown>,
  { signal, filename }: { signal: AbortSignal; filename: string },
): Promise<void> {
  const iterator = items[Symbol.asyncIterator]()
  let next = await iterator.next()
  response.writeHead(200, {
    'Content-Type': 'application/x-ndjson',
    'Content-Disposition': `attachment; filename="${filename}"`,
    'Cache-Control': 'no-store',
  })
  try {
    for (; !next.done; next = await iterator.next()) {
      if (!response.write(`${JSON.stringify(next.value)}\n`)) await once(response, 'drain', { signal })
    }
    response.end()
  } finally {
    await iterator.return?.()
  }
}
