import type { ModelMessage as GivenMessage } from '@parley/contracts'
import type { ModelMessage } from './language-model.ts'

/** A message that a caller brings, as a model reads it. Whether a tool failed says its text alone. */
export function toModelMessage(message: GivenMessage): ModelMessage {
  return message.role === 'tool' ? { ...message, failed: false } : message
}
