import type { ModelMessage, ModelRequest } from './language-model.ts'

/** What vendors put around a message, and what they make of a picture, at most. */
const aroundMessage = 16
const mostOfImage = 4_096
const likelyOfImage = 1_000

/** More tokens than any vendor makes of a request: none of their tokens is less than a byte of UTF-8. */
export function mostInputTokens(request: Pick<ModelRequest, 'messages' | 'tools' | 'format'>): number {
  return count(request, { ofText: (text) => Buffer.byteLength(text), ofImage: mostOfImage })
}

/** About how many tokens a vendor makes of it, for when it does not say: a bill that is wrong must not be wrong by much. */
export function likelyInputTokens(request: Pick<ModelRequest, 'messages' | 'tools' | 'format'>): number {
  return count(request, { ofText: likelyTokens, ofImage: likelyOfImage })
}

/** About four letters of ASCII a token, and a token for each other character. */
export function likelyTokens(text: string): number {
  let ascii = 0
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) < 128) ascii++
  return Math.ceil(ascii / 4) + text.length - ascii
}

type Measure = { ofText: (text: string) => number; ofImage: number }

function count(
  { messages, tools, format }: Pick<ModelRequest, 'messages' | 'tools' | 'format'>,
  measure: Measure,
): number {
  const offered = tools.length > 0 ? measure.ofText(JSON.stringify(tools)) : 0
  const shape = format ? measure.ofText(JSON.stringify(format)) : 0
  return messages.reduce((sum, message) => sum + countMessage(message, measure), offered + shape)
}

function countMessage(message: ModelMessage, { ofText, ofImage }: Measure): number {
  const base = aroundMessage + ofText(message.text)
  if (message.role === 'user') return base + (message.images?.length ?? 0) * ofImage
  if (message.role !== 'assistant') return base
  const calls = message.toolCalls?.length ? ofText(JSON.stringify(message.toolCalls)) : 0
  return base + calls + (message.reasoning ? ofText(message.reasoning) : 0)
}
