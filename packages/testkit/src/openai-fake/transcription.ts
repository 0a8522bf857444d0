import type { Exchange } from './exchange.ts'
import type { TranscriptionScript } from './script.ts'
import type { TranscriptionBody } from './transcription-body.ts'

const defaultText = 'hello there'

/** Answers one transcription with the script's text, after its delay. */
export async function answerTranscription(
  exchange: Exchange,
  { responseFormat, wav }: TranscriptionBody,
  { text = defaultText, delayMs = 0 }: TranscriptionScript,
  receivedAt: number,
): Promise<void> {
  if (!(await exchange.waitUntil(receivedAt + delayMs))) return
  if (responseFormat === 'json') {
    return exchange.json(200, { text, usage: { type: 'duration', seconds: Math.ceil(wav.durationMs / 1_000) } })
  }
  exchange.head(200, { 'content-type': 'text/plain; charset=utf-8' })
  exchange.end(`${text}\n`)
}
