import { Problem, type Voice } from '@parley/contracts'
import type { Pcm, Synthesizer } from '../../domain/ports.ts'
import { nextWithin } from '../next-within.ts'
import { createOpenAiClient, toOpenAiProblem, type OpenAiSettings } from './openai-client.ts'

/** What `response_format: 'pcm'` means: 24 kHz, 16 bit, little-endian, mono, no header. */
const sampleRateHz = 24_000

/** Synthesis by `POST /audio/speech` of any OpenAI-compatible server, read as it is made. */
export function createOpenAiSynthesizer(settings: OpenAiSettings & { model: string; voice: string }): Synthesizer {
  const client = createOpenAiClient(settings)

  async function* synthesise(
    { text, voice }: { text: string; voice: Voice },
    { signal }: { signal: AbortSignal },
  ): AsyncGenerator<Pcm, void, undefined> {
    // The body outlives the SDK's own care for the signal: leaving the loop must end the request as well.
    const request = new AbortController()
    const either = AbortSignal.any([signal, request.signal])
    try {
      const { body } = await client.audio.speech.create(
        {
          model: settings.model,
          voice: voice.name ?? settings.voice,
          input: text,
          response_format: 'pcm',
          ...(voice.speed !== undefined && { speed: voice.speed }),
        },
        { signal: either },
      )
      if (!body) throw new Problem('provider-failed', 'The speech synthesis gave nothing')
      const pieces = toPcm(body as AsyncIterable<Uint8Array>)
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

  return { name: 'openai', capabilities: { languages: 'any' }, synthesise, check: () => undefined }
}

/** Bytes arrive cut anywhere, also in the middle of a sample. */
async function* toPcm(source: AsyncIterable<Uint8Array>): AsyncGenerator<Pcm, void, undefined> {
  let odd: Uint8Array = new Uint8Array(0)
  for await (const piece of source) {
    const all = new Uint8Array(odd.length + piece.length)
    all.set(odd)
    all.set(piece, odd.length)
    const whole = all.length - (all.length % 2)
    odd = all.slice(whole)
    if (whole > 0) yield { samples: new Int16Array(all.buffer, 0, whole / 2), sampleRateHz }
  }
}
