import { Problem } from '@parley/contracts'
import type { CatalogueVoice, OpusPackets, Pcm, Sentence, Synthesizer } from '../../domain/ports.ts'
import { nextWithin } from '../next-within.ts'
import { toOpusPackets } from '../../domain/ogg-packets.ts'
import { toPcm } from '../pcm-bytes.ts'
import { createOpenAiClient, toOpenAiProblem, type OpenAiSettings } from './openai-client.ts'

/** What `response_format: 'pcm'` means: 24 kHz, 16 bit, little-endian, mono, no header. */
const sampleRateHz = 24_000

export type OpenAiSynthesizerSettings = OpenAiSettings & {
  model: string
  voice: string
  /** What to ask for: `opus` is Ogg Opus, handed on as it is. */
  format?: 'pcm' | 'opus'
}

const names = ['alloy', 'ash', 'ballad', 'coral', 'echo', 'fable', 'nova', 'onyx', 'sage', 'shimmer', 'verse']

/** Synthesis by `POST /audio/speech` of any OpenAI-compatible server, read as it is made. */
export function createOpenAiSynthesizer(settings: OpenAiSynthesizerSettings): Synthesizer {
  const client = createOpenAiClient(settings)
  const { format = 'pcm' } = settings

  async function* synthesise(
    { text, voice }: Sentence,
    { signal }: { signal: AbortSignal },
  ): AsyncGenerator<Pcm | OpusPackets, void, undefined> {
    // The body outlives the SDK's own care for the signal: leaving the loop must end the request as well.
    const request = new AbortController()
    const either = AbortSignal.any([signal, request.signal])
    try {
      const { body } = await client.audio.speech.create(
        {
          model: settings.model,
          voice: voice.name ?? settings.voice,
          input: text,
          response_format: format,
          ...(voice.speed !== undefined && { speed: voice.speed }),
        },
        { signal: either },
      )
      if (!body) throw new Problem('provider-failed', 'The speech synthesis gave nothing')
      const bytes = body as AsyncIterable<Uint8Array>
      const pieces: AsyncIterator<Pcm | OpusPackets> =
        format === 'pcm' ? toPcm(bytes, sampleRateHz) : toOpusPackets(bytes)
      for (;;) {
        const next = await nextWithin(pieces, settings.timeoutMs, signal, 'The speech synthesis')
        if (next.done) return
        yield next.value
      }
    } catch (error) {
      if (signal.aborted) throw signal.reason
      throw toOpenAiProblem(error, 'The speech synthesis')
    } finally {
      request.abort()
    }
  }

  return {
    name: 'openai',
    capabilities: {
      streaming: true,
      languages: 'any',
      sampleRatesHz: [sampleRateHz],
      opusOut: format === 'opus',
      speed: true,
      pitch: false,
      volume: false,
      longestText: 4_096,
    },
    synthesise,
    voices: async () => names.map((name): CatalogueVoice => ({ name, title: name, languages: [] })),
    check: () => undefined,
  }
}
