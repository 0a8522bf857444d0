import { toFile } from 'openai'
import { streamed } from '../../domain/adapters.ts'
import { listenRateHz, type Recogniser } from '../../domain/ports.ts'
import { createOpenAiClient, toOpenAiProblem, type OpenAiSettings } from './openai-client.ts'
import { toWav } from '../../domain/wav.ts'

/** OpenAI refuses less. */
const shortestMs = 100

/** Recognition by `POST /audio/transcriptions` of any OpenAI-compatible server, one WAV an utterance. */
export function createOpenAiRecogniser(settings: OpenAiSettings & { model: string }): Recogniser {
  const client = createOpenAiClient(settings)
  return streamed({
    name: 'openai',
    capabilities: {
      streaming: false,
      partials: false,
      sampleRatesHz: [listenRateHz],
      languages: 'any',
      opusIn: false,
      wordTimes: false,
      longestMs: 120_000,
    },
    recognise: async ({ samples, sampleRateHz, language }, { signal }) => {
      if (samples.length < (sampleRateHz * shortestMs) / 1_000) return { text: '' }
      try {
        const file = await toFile(toWav(samples, sampleRateHz), 'utterance.wav', { type: 'audio/wav' })
        // The endpoint takes ISO 639-1: the first part of a language tag.
        const spoken = language?.split('-', 1)[0]?.toLowerCase()
        const { text } = await client.audio.transcriptions.create(
          { file, model: settings.model, response_format: 'json', ...(spoken && { language: spoken }) },
          { signal },
        )
        return { text: text.trim() }
      } catch (error) {
        if (signal.aborted) throw signal.reason
        throw toOpenAiProblem(error, 'The speech recognition')
      }
    },
    // Asking costs money and credits: what is wrong shows in the metrics of failures.
    check: () => undefined,
  })
}
