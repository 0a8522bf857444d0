import { ApiError } from './api-error.ts'
import type { Exchange } from './exchange.ts'

/** The smallest PNG. */
export const smallestPng =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII='

/**
 * Answers `POST /v1/images/generations` (OpenAI's reference of 2026-08) with the smallest picture, as many times as wanted. A
 * prompt with "forbidden" in it is refused as the vendor refuses what it will not draw.
 */
export function answerImages(exchange: Exchange, bytes: Buffer): void {
  const body = JSON.parse(bytes.toString()) as Record<string, unknown>
  const { model, prompt, n = 1, size = '1024x1024' } = body
  if (typeof model !== 'string') throw new ApiError(400, 'you must provide a model parameter')
  if (typeof prompt !== 'string' || prompt === '') throw new ApiError(400, "Missing required parameter: 'prompt'.")
  if (!/^\d+x\d+$/.test(String(size))) throw new ApiError(400, `Invalid value: '${String(size)}'.`)
  if (prompt.includes('forbidden'))
    throw new ApiError(400, 'Your request was rejected by the safety system.', { code: 'moderation_blocked' })
  if (prompt.includes('overloaded')) throw new ApiError(503, 'The server is overloaded.')
  exchange.json(200, {
    created: 1_700_000_000,
    data: Array.from({ length: Number(n) }, () => ({ b64_json: smallestPng })),
  })
}
