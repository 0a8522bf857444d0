import { toTokens } from '@parley/testkit/openai-fake'
import { createSentenceSplitter } from '../../services/device-hub/src/domain/sentences.ts'

/** What the fake providers take, whatever the load. */
export const delays = { recognitionMs: 50, firstTokenMs: 50, tokenMs: 5, synthesisMs: 50, speechMs: 1_500 }

/** What the hub takes on purpose: its setting of the same meaning, left at its default. */
const firstAudioDelayMs = 100
export const silenceMs = 400

const lines = [
  'Hello there.',
  'How can I help you today?',
  'I can tell you the time.',
  'We can also talk about the rain.',
  'Just say what you would like.',
]

/** A reply of so many short sentences. */
export function replyText(sentences: number): string {
  return Array.from({ length: sentences }, (_, index) => lines[index % lines.length]).join(' ')
}

/**
 * The least time from the end of speech to the first audio frame: recognition, then the model's tokens until the hub's
 * splitter has a first segment, then synthesis; the hub's own pause between `tts start` and sound is shorter.
 */
export function floorMs(reply: string): { floorMs: number; tokens: number } {
  const { recognitionMs, firstTokenMs, tokenMs, synthesisMs } = delays
  const tokens = tokensOfFirstSegment(reply)
  const audioMs = firstTokenMs + (tokens - 1) * tokenMs + synthesisMs
  return { floorMs: recognitionMs + Math.max(audioMs, firstAudioDelayMs), tokens }
}

function tokensOfFirstSegment(reply: string): number {
  const splitter = createSentenceSplitter()
  const tokens = toTokens(reply)
  const index = tokens.findIndex((token) => splitter.push(token).length > 0)
  return index === -1 ? tokens.length : index + 1
}
