import { breakerDefaults, createBreaker } from '@parley/service-kit'
import { createFallback } from '../src/providers/fallback.ts'
import { describeLanguageModel, type ConformanceSubject, type UpstreamFailure } from '../src/providers/conformance.ts'
import { createOffline } from '../src/providers/offline/offline.ts'
import { createOpenAi } from '../src/providers/openai/openai.ts'
import { startDeltaServer, toolCall, words, type FakeAnswer } from './delta-server.ts'

const clock = { after: () => () => undefined }

const failures: Record<UpstreamFailure, FakeAnswer> = {
  'refuses-key': { status: 401 },
  'too-many-requests': { status: 429, headers: { 'retry-after-ms': '1' } },
  breaks: { status: 500 },
  disconnects: { then: 'disconnect' },
  hangs: { then: 'stall' },
}

async function openAi(): Promise<ConformanceSubject> {
  const fake = await startDeltaServer()
  fake.answerWith(({ body }) =>
    body.tools && body.messages.at(-1)?.['role'] === 'user'
      ? { deltas: toolCall('self_audio_speaker_set_volume', ['{"volu', 'me":50}']), finishReason: 'tool_calls' }
      : { deltas: words('The volume', ' is', ' fifty.') },
  )
  const model = createOpenAi({
    name: 'openai',
    baseUrl: fake.baseUrl,
    apiKey: 'key',
    model: 'fake-1',
    firstTokenTimeoutMs: 150,
    idleTimeoutMs: 150,
    totalTimeoutMs: 2_000,
    retries: 1,
    backoffMs: 1,
  })
  const fail = (failure: UpstreamFailure) => fake.answerWith(() => failures[failure])
  return { model, fail, [Symbol.asyncDispose]: () => fake[Symbol.asyncDispose]() }
}

async function offline(): Promise<ConformanceSubject> {
  const model = createOffline({ timeZone: 'UTC', now: () => new Date(0) })
  return { model, [Symbol.asyncDispose]: async () => undefined }
}

describeLanguageModel('openai', openAi)
describeLanguageModel('offline', offline)
describeLanguageModel('a fallback', async () => {
  const { model, fail, [Symbol.asyncDispose]: dispose } = await openAi()
  const breaker = createBreaker({ clock, settings: breakerDefaults, probe: undefined, onChange: () => undefined })
  const chain = createFallback([{ model, breaker }], { onFailure: () => undefined })
  return { model: chain, ...(fail && { fail }), [Symbol.asyncDispose]: dispose }
})
