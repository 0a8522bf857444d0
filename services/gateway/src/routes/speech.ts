import { speech, SoundFormat, Voice } from '@parley/contracts'
import { z } from 'zod'
import { receiveFile } from '../http/receive-file.ts'
import { sendBytes } from '../http/send-bytes.ts'
import { asking, sent, serving, type Route } from './route.ts'
import { mostSoundBytes, soundTypes, synthesizeToLink, transcribe } from './speech-calls.ts'

const companion = { tag: 'Speech', auth: 'user', scope: 'chat', envelope: 'companion' } as const
const plain = { tag: 'Speech', auth: 'user', scope: 'chat' } as const

const Rate = z.coerce.number().min(0.5).max(2).optional()
const Language = z.string().min(2).max(35).optional()
const previews: Record<string, string> = {
  zh: '你好，很高兴认识你。今天想聊点什么？',
  ja: 'こんにちは。今日は何を話しましょうか。',
  ko: '안녕하세요. 오늘은 무슨 이야기를 할까요?',
}
const englishPreview = 'Hello, nice to meet you. What shall we talk about today?'

/** Speech of the companion app, and the voices that an agent can have. */
export const speechRoutes: Route[] = [
  serving({
    ...companion,
    method: 'post',
    path: '/api/ai/synthesize',
    operationId: 'synthesize',
    summary: 'A text as a sound file: a link to it, good for an hour',
    rate: 'chat',
    body: z.object({
      text: z.string().trim().min(1).max(5_000),
      voice: z.string().min(1).max(100).optional(),
      provider: z.string().min(1).max(32).optional(),
      language: Language,
      speed: Rate,
      pitch: Rate,
      volume: Rate,
      format: SoundFormat.exclude(['pcm']).default('mp3'),
    }),
    contract: speech.synthesize,
    answer: { schema: z.object({ audio_url: z.string(), format: z.string(), size: z.number().int() }) },
    handle: async ({ body: { text, format, voice: name, ...voice }, ...exchange }) =>
      synthesizeToLink({ text, format, voice: { name, ...voice } }, { ...exchange, body: undefined }),
  }),
  serving({
    ...companion,
    method: 'post',
    path: '/api/ai/transcribe',
    operationId: 'transcribe',
    summary: 'What is said in a sound file (WAV, Ogg Opus, MP3): the form field `file`, and `language` beside it',
    rate: 'upload',
    bodyKind: 'multipart',
    contract: speech.transcribeFile,
    answer: { schema: z.object({ text: z.string(), language: z.string().nullable(), duration_ms: z.number() }) },
    handle: async (exchange) => {
      const { file, fields } = await receiveFile(exchange.request, mostSoundBytes)
      const { text, language, durationMs } = await transcribe(file, fields['language'] || undefined, exchange)
      return { text, language: language ?? null, duration_ms: durationMs }
    },
  }),
  asking({
    ...plain,
    method: 'get',
    path: '/api/v1/voices',
    operationId: 'listVoices',
    summary: 'The voices that an agent can have, with their providers and what they follow',
    query: z.object({ language: Language }),
    contract: speech.listVoices,
    ask: ({ query: { language } }) => ({ language }),
  }),
  serving({
    ...plain,
    method: 'get',
    path: '/api/v1/voices/preview',
    operationId: 'previewVoice',
    summary: 'How a voice sounds (MP3)',
    rate: 'chat',
    query: z.object({
      provider: z.string().min(1).max(32).optional(),
      name: z.string().min(1).max(100).optional(),
      language: Language,
      speed: Rate,
      pitch: Rate,
      volume: Rate,
    }),
    contract: speech.synthesize,
    answer: { type: soundTypes.mp3, description: 'A sentence or two' },
    handle: async ({ query, bus, signal, response }) => {
      const text = previews[query.language?.slice(0, 2).toLowerCase() ?? ''] ?? englishPreview
      const pieces = bus.stream(speech.synthesize, { text, voice: Voice.parse(query), format: 'mp3' }, { signal })
      await sendBytes(response, pieces, { signal, type: soundTypes.mp3 })
      return sent
    },
  }),
]
