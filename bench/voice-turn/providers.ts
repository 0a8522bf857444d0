import { startOpenAiFake } from '@parley/testkit/openai-fake'
import { spread } from '../measure/statistics.ts'
import { delays, replyText } from './delays.ts'

/**
 * The fake providers as a process of their own. Tells its parent where it is; asked for it, how late its answers were
 * beyond their delays, since it was asked before.
 */
const sentences = Number(process.argv[2])
const { recognitionMs, firstTokenMs, tokenMs, synthesisMs, speechMs } = delays

await using fake = await startOpenAiFake({
  transcription: { text: 'how far away is the moon', delayMs: recognitionMs },
  chat: { text: replyText(sentences), firstTokenMs, tokenMs },
  speech: { firstByteMs: synthesisMs, durationMs: speechMs },
})

function lateness(kind: string, delayMs: number) {
  const late = fake.requests.flatMap((request) =>
    request.kind === kind && request.receivedAt !== undefined && request.firstByteAt !== undefined
      ? [request.firstByteAt - request.receivedAt - delayMs]
      : [],
  )
  return spread(late)
}

process.on('message', () => {
  process.send?.({
    recognition: lateness('transcription', recognitionMs),
    firstToken: lateness('chat', firstTokenMs),
    synthesis: lateness('speech', synthesisMs),
  })
  fake.requests.length = 0
})
const released = new Promise<void>((resolve) => process.once('disconnect', resolve))
process.send?.({ baseUrl: fake.baseUrl })
await released
