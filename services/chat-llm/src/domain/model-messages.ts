import type { ModelMessage as GivenMessage } from '@parley/contracts'
import type { ModelImage, ModelMessage } from './language-model.ts'

/** A message that a caller brings, as a model reads it: without its images. Whether a tool failed says its text alone. */
export function toModelMessage(message: GivenMessage): ModelMessage {
  if (message.role === 'tool') return { ...message, failed: false }
  return message.role === 'user' ? { role: 'user', text: message.text } : message
}

/** The same with its images, which `read` gets from where they are kept. */
export async function toSeenMessage(
  message: GivenMessage,
  read: (key: string) => Promise<ModelImage>,
): Promise<ModelMessage> {
  if (message.role !== 'user' || !message.images) return toModelMessage(message)
  const images = await Promise.all(message.images.map(async (image) => ('key' in image ? read(image.key) : image)))
  return { role: 'user', text: message.text, images }
}
