import { startOpenAiFake } from '@parley/testkit/openai-fake'

/** The vendor of the capacity bench as a process of its own: words at once, and sound for as long as it is read. */
await using fake = await startOpenAiFake({
  transcription: { text: 'what time is it' },
  speech: { durationMs: 120_000 },
})
const released = new Promise<void>((resolve) => process.once('disconnect', resolve))
process.send?.({ baseUrl: fake.baseUrl })
await released
