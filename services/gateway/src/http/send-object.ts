import { pipeline } from 'node:stream/promises'
import type { OpenedObject } from '@parley/object-store'
import type { Request, Response } from 'express'

/**
 * Sends a stored object so that a browser cannot take it for anything but what it is: never as a page of ours, with the
 * sniffed type only, unchanged for as long as it lives.
 */
export async function sendObject(
  { body, size, range, contentType, etag, lastModified }: OpenedObject,
  { request, response, signal }: { request: Request; response: Response; signal: AbortSignal },
): Promise<void> {
  response.set({
    'Content-Type': contentType,
    'Content-Disposition': 'inline',
    'Content-Security-Policy': "default-src 'none'; sandbox",
    'Cross-Origin-Resource-Policy': 'cross-origin',
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'private, max-age=31536000, immutable',
    'Accept-Ranges': 'bytes',
    'Last-Modified': lastModified.toUTCString(),
    ETag: etag,
  })
  if (!range && request.get('if-none-match') === etag) {
    body.destroy()
    response.status(304).end()
    return
  }
  response.status(range ? 206 : 200)
  response.set('Content-Length', String(range ? range.end - range.start + 1 : size))
  if (range) response.set('Content-Range', `bytes ${range.start}-${range.end}/${size}`)
  await pipeline(body, response, { signal })
}
