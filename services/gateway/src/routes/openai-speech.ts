import { Problem, speech, type SoundFormat, type Voice } from '@parley/contracts'
import { z } from 'zod'
import { receiveFile } from '../http/receive-file.ts'
import { sendBytes } from '../http/send-bytes.ts'
import { sent, serving, type Exchange, type Route } from './route.ts'
import { mostSoundBytes, soundTypes, transcribe, type Transcript } from './speech-calls.ts'

const own = { tag: 'OpenAI-compatible', auth: 'user', scope: 'chat', envelope: 'openai' } as const

/** A request for speech, as far as it is served; the model is the operator's choice, whatever is asked for. */
const SpeechRequest = z.object({
  model: z.string().max(128).optional(),
  input: z.string().trim().min(1).max(4_096),
  voice: z.union([z.string().min(1).max(133), z.object({ id: z.string().min(1).max(133) })]),
  response_format: z.enum(['mp3', 'opus', 'wav', 'pcm'], 'mp3, opus, wav and pcm are supported').default('mp3'),
  speed: z.number().min(0.5, 'from 0.5 to 2').max(2, 'from 0.5 to 2').nullish(),
  stream_format: z.literal('audio', 'only "audio" is supported').nullish(),
})

const fileFormats = ['json', 'text', 'verbose_json', 'srt', 'vtt'] as const
const TranscriptionFields = z.object({
  language: z.string().min(2).max(35).optional(),
  response_format: z.enum(fileFormats, `one of ${fileFormats.join(', ')}`).default('json'),
  stream: z.literal('false', 'transcriptions are not streamed').optional(),
})

/** Speech as OpenAI's client libraries ask for it. */
export const openAiSpeechRoutes: Route[] = [
  serving({
    ...own,
    method: 'post',
    path: '/v1/audio/speech',
    operationId: 'createSpeech',
    summary:
      'A text as sound; `voice` is a name, with its provider in front where it matters (`huoshan/BV001_streaming`)',
    rate: 'chat',
    body: SpeechRequest,
    contract: speech.synthesize,
    answer: { type: 'audio/*', description: 'The sound, as it is made' },
    handle: createSpeech,
  }),
  serving({
    ...own,
    method: 'post',
    path: '/v1/audio/transcriptions',
    operationId: 'createTranscription',
    summary:
      'What is said in a sound file (WAV, Ogg Opus, MP3) that is the form field `file`; further fields: `language`, and `response_format` (json, text, verbose_json, srt, vtt)',
    rate: 'upload',
    bodyKind: 'multipart',
    contract: speech.transcribeFile,
    answer: { schema: z.object({ text: z.string() }).loose() },
    handle: createTranscription,
  }),
]

async function createSpeech({
  body,
  bus,
  signal,
  response,
}: Exchange<unknown, unknown, z.output<typeof SpeechRequest>>) {
  const format: SoundFormat = body.response_format
  const voice = toVoice(typeof body.voice === 'string' ? body.voice : body.voice.id, body.speed ?? undefined)
  const pieces = bus.stream(speech.synthesize, { text: body.input, voice, format }, { signal })
  await sendBytes(response, pieces, { signal, type: soundTypes[format] })
  return sent
}

/** The names that every client of OpenAI's sends: they mean something to that provider only. */
const openAiNames = /^(alloy|ash|ballad|cedar|coral|echo|fable|marin|nova|onyx|sage|shimmer|verse)$/

/** `provider/name`, or a name of the first provider's. */
function toVoice(text: string, speed: number | undefined): Voice {
  const rate = speed === undefined ? {} : { speed }
  if (openAiNames.test(text)) return { provider: 'openai', name: text, ...rate }
  const [, provider, name = ''] = /^([a-z]{1,32})\/(.{1,100})$/.exec(text) ?? []
  return provider === undefined ? { name: text.slice(0, 100), ...rate } : { provider, name, ...rate }
}

async function createTranscription(exchange: Exchange) {
  const { request, response } = exchange
  const { file, fields } = await receiveFile(request, mostSoundBytes)
  const read = TranscriptionFields.safeParse(fields)
  if (!read.success) {
    const issues = read.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }))
    throw new Problem('bad-request', `${issues[0]?.path} ${issues[0]?.message}`, { issues })
  }
  const { language, response_format: format } = read.data
  const transcript = await transcribe(file, language, exchange)
  if (format === 'json') return { text: transcript.text }
  if (format === 'verbose_json') return toVerbose(transcript, language)
  const text = format === 'text' ? `${transcript.text}\n` : toSubtitles(transcript, format)
  response.type(format === 'vtt' ? 'text/vtt' : 'text/plain').send(text)
  return sent
}

function toVerbose({ text, language: found, durationMs, segments }: Transcript, asked: string | undefined) {
  return {
    task: 'transcribe',
    language: found ?? asked ?? 'unknown',
    duration: durationMs / 1_000,
    text,
    segments: segments.map((segment, id) => ({
      id,
      start: segment.startMs / 1_000,
      end: segment.endMs / 1_000,
      text: segment.text,
    })),
  }
}

function toSubtitles({ segments }: Transcript, format: 'srt' | 'vtt'): string {
  const comma = format === 'srt' ? ',' : '.'
  const cues = segments.map(({ startMs, endMs, text }, index) => {
    const number = format === 'srt' ? `${index + 1}\n` : ''
    return `${number}${toClock(startMs, comma)} --> ${toClock(endMs, comma)}\n${text}\n`
  })
  return `${format === 'vtt' ? 'WEBVTT\n\n' : ''}${cues.join('\n')}`
}

function toClock(ms: number, comma: string): string {
  const [hours, minutes, seconds] = [ms / 3_600_000, (ms / 60_000) % 60, (ms / 1_000) % 60].map((part) =>
    String(Math.floor(part)).padStart(2, '0'),
  )
  return `${hours}:${minutes}:${seconds}${comma}${String(Math.floor(ms % 1_000)).padStart(3, '0')}`
}
