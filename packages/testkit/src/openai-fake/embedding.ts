import { ApiError } from './api-error.ts'
import type { Exchange } from './exchange.ts'

const dimensions = 32

/**
 * Answers an embedding request (`POST /v1/embeddings`, OpenAI's reference of 2026-08): texts are near each other when they
 * share words, or words that the fake takes for the same.
 */
export function answerEmbedding(exchange: Exchange, bytes: Buffer): void {
  const body = JSON.parse(bytes.toString()) as { model?: unknown; input?: unknown; encoding_format?: unknown }
  const { model, input, encoding_format: format = 'float' } = body
  const texts = typeof input === 'string' ? [input] : input
  if (typeof model !== 'string') throw new ApiError(400, 'you must provide a model parameter')
  if (!Array.isArray(texts) || texts.length === 0 || !texts.every((text) => typeof text === 'string' && text !== ''))
    throw new ApiError(400, "'$.input' is invalid.")
  if (format !== 'float') throw new ApiError(400, 'This server gives floats only.')
  exchange.json(200, {
    object: 'list',
    model,
    data: texts.map((text: string, index) => ({ object: 'embedding', index, embedding: toVector(text) })),
    usage: { prompt_tokens: texts.length, total_tokens: texts.length },
  })
}

const sameAs: Record<string, string> = { pet: 'dog', puppy: 'dog', cook: 'kitchen', recipe: 'kitchen' }

function toVector(text: string): number[] {
  const vector = Array.from({ length: dimensions }, () => 0.01)
  for (const word of text.toLowerCase().match(/\p{L}+/gu) ?? []) {
    const known = sameAs[word] ?? word
    let hash = 7
    for (const character of known) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 1_000_003
    vector[hash % dimensions]! += 1
  }
  return vector
}
