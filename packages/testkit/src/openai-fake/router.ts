import { ApiError, scriptedError } from './api-error.ts'
import { answerChat } from './chat.ts'
import { readChatBody } from './chat-body.ts'
import { answerEmbedding } from './embedding.ts'
import { answerImages } from './image.ts'
import type { Exchange } from './exchange.ts'
import type { RequestKind } from './record.ts'
import type { Failure, OpenAiFakeSettings, Script } from './script.ts'
import { answerSpeech } from './speech.ts'
import { readSpeechBody } from './speech-body.ts'
import { answerTranscription } from './transcription.ts'
import { readTranscriptionBody } from './transcription-body.ts'
import type { VoiceLoop } from './voice-loop.ts'

/** Answers one request. @throws ApiError when it is refused. */
export type Answer = (exchange: Exchange) => Promise<void>

const mostJsonBytes = 10 * 1024 * 1024
const mostFileBytes = 25 * 1024 * 1024
const usualModels = ['fake-chat', 'fake-transcribe', 'fake-speech']

const routes: Record<string, RequestKind | undefined> = {
  'POST /v1/chat/completions': 'chat',
  'POST /v1/audio/transcriptions': 'transcription',
  'POST /v1/audio/speech': 'speech',
  'GET /v1/models': 'models',
  'POST /v1/embeddings': 'embedding',
  'POST /v1/images/generations': 'image',
}

export function kindOf(method: string | undefined, path: string): RequestKind {
  return routes[`${method} ${path}`] ?? 'unknown'
}

export function createRouter(
  { apiKey, models, chat = {}, transcription = {}, speech = {} }: OpenAiFakeSettings,
  voice: VoiceLoop,
): Answer {
  const nextChat = createCounted(chat)
  const nextTranscription = createCounted(transcription)
  const nextSpeech = createCounted(speech)

  /** Notes a valid request and gives its script, or undefined when that says to be silent. */
  async function begin<Body extends { model: string }, Result extends Failure>(
    exchange: Exchange,
    body: Body,
    next: (body: Body) => Result,
  ): Promise<Result | undefined> {
    if (models && !models.includes(body.model)) throw unknownModel(body.model)
    exchange.record.body = body as never
    const script = next(body)
    if (script.error) throw scriptedError(script.error)
    if (!script.silent) return script
    await exchange.waitForever()
    return undefined
  }

  return async (exchange) => {
    const { record, request } = exchange
    checkKey(record.apiKey, apiKey)
    if (record.kind === 'unknown') throw new ApiError(404, `Invalid URL (${request.method} ${record.path})`)
    if (record.kind === 'models')
      return exchange.json(200, { object: 'list', data: (models ?? usualModels).map(toModel) })

    if (record.kind === 'image') return answerImages(exchange, await exchange.readBody(mostJsonBytes))
    if (record.kind === 'embedding') return answerEmbedding(exchange, await exchange.readBody(mostJsonBytes))
    const bytes = await exchange.readBody(record.kind === 'transcription' ? mostFileBytes : mostJsonBytes)
    const receivedAt = (record.receivedAt = performance.now())
    const contentType = request.headers['content-type']
    if (record.kind === 'chat') {
      const body = readChatBody(readJson(bytes, contentType))
      const script = await begin(exchange, body, nextChat)
      if (script) await answerChat(exchange, body, script, receivedAt)
    } else if (record.kind === 'speech') {
      const body = readSpeechBody(readJson(bytes, contentType))
      const script = await begin(exchange, body, nextSpeech)
      if (script) await answerSpeech(exchange, body, script, receivedAt, voice)
    } else {
      const body = readTranscriptionBody(bytes, contentType)
      const script = await begin(exchange, body, nextTranscription)
      if (script) await answerTranscription(exchange, body, script, receivedAt)
    }
  }
}

function createCounted<Body, Result>(script: Script<Body, Result>): (body: Body) => Result {
  let count = 0
  return (body) =>
    typeof script === 'function' ? (script as (body: Body, index: number) => Result)(body, count++) : script
}

function checkKey(given: string | undefined, expected: string | undefined) {
  if (given === undefined) {
    throw new ApiError(
      401,
      "You didn't provide an API key. You need to provide it in an Authorization header using Bearer auth.",
    )
  }
  if (expected !== undefined && given !== expected) {
    throw new ApiError(401, `Incorrect API key provided: ${given.slice(0, 3)}***.`, { code: 'invalid_api_key' })
  }
}

function readJson(bytes: Buffer, contentType: string | undefined): Record<string, unknown> {
  if (!/^application\/json\b/i.test(contentType ?? '')) {
    throw new ApiError(400, `Unsupported content type: '${contentType ?? ''}'. This endpoint takes 'application/json'.`)
  }
  const body = parse(bytes.toString())
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>
  throw new ApiError(400, 'We could not parse the JSON body of your request. The API expects a JSON object.')
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function unknownModel(model: string) {
  return new ApiError(404, `The model '${model}' does not exist or you do not have access to it.`, {
    code: 'model_not_found',
  })
}

function toModel(id: string) {
  return { id, object: 'model', created: 1_686_935_002, owned_by: 'parley' }
}
