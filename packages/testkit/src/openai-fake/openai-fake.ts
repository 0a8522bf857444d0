import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ApiError, scriptedError } from './api-error.ts'
import { answerChat } from './chat.ts'
import { readChatBody } from './chat-body.ts'
import { openExchange, type Exchange } from './exchange.ts'
import { createRequestLog, type FakeRequest, type RequestKind, type RequestLog } from './record.ts'
import type { Failure, OpenAiFakeSettings, Script } from './script.ts'
import { answerSpeech } from './speech.ts'
import { readSpeechBody } from './speech-body.ts'
import { answerTranscription } from './transcription.ts'
import { readTranscriptionBody } from './transcription-body.ts'
import { openVoiceLoop } from './voice-loop.ts'

/** An OpenAI-compatible server on loopback that does as it is told. */
export type OpenAiFake = AsyncDisposable &
  Pick<RequestLog, 'requests' | 'find'> & {
    /** Up to and including the version: `http://127.0.0.1:<port>/v1`. */
    readonly baseUrl: string
  }

const mostJsonBytes = 10 * 1024 * 1024
const mostFileBytes = 25 * 1024 * 1024
const usualModels = ['fake-chat', 'fake-transcribe', 'fake-speech']
const idleConnectionMs = 60_000

/** Starts the server. Delays count from the moment at which a request has arrived as a whole. */
export async function startOpenAiFake(settings: OpenAiFakeSettings = {}): Promise<OpenAiFake> {
  await openVoiceLoop()
  const log = createRequestLog()
  const answer = createRouter(settings)
  const server = createServer((request, response) => void serve(request, response, log, answer))
  server.keepAliveTimeout = idleConnectionMs
  server.listen(settings.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests: log.requests,
    find: log.find,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

type Answer = (exchange: Exchange) => Promise<void> | void

async function serve(request: IncomingMessage, response: ServerResponse, log: RequestLog, answer: Answer): Promise<void> {
  const path = (request.url ?? '/').replace(/\?.*$/, '')
  const apiKey = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  const record = log.open({ kind: kindOf(request.method, path), path, apiKey })
  const exchange = openExchange(request, response, record, log.changed)
  try {
    await answer(exchange)
  } catch (error) {
    const failure = error instanceof ApiError ? error : new ApiError(500, String(error))
    if (!response.headersSent && !response.destroyed) exchange.json(failure.status, failure.body, failure.headers)
  }
}

const routes: Record<string, RequestKind | undefined> = {
  'POST /v1/chat/completions': 'chat',
  'POST /v1/audio/transcriptions': 'transcription',
  'POST /v1/audio/speech': 'speech',
  'GET /v1/models': 'models',
}

function kindOf(method: string | undefined, path: string): RequestKind {
  return routes[`${method} ${path}`] ?? 'unknown'
}

function createRouter({ apiKey, models, chat = {}, transcription = {}, speech = {} }: OpenAiFakeSettings): Answer {
  const counts = { chat: 0, transcription: 0, speech: 0 }

  /** The script of a valid request, unless it says that nothing is answered. */
  async function begin<Body extends { model: string }, Result extends Failure>(
    exchange: Exchange & { record: { kind: keyof typeof counts } },
    body: Body,
    script: Script<Body, Result>,
  ): Promise<Result | undefined> {
    const { record } = exchange
    if (models && !models.includes(body.model)) throw unknownModel(body.model)
    record.body = body as never
    const result = typeof script === 'function' ? script(body, counts[record.kind]++) : script
    if (result.error) throw scriptedError(result.error)
    if (result.silent) await exchange.waitForever()
    return result.silent ? undefined : result
  }

  return async (exchange) => {
    const { record, request } = exchange
    checkKey(record, apiKey)
    if (record.kind === 'unknown') throw new ApiError(404, `Invalid URL (${request.method} ${record.path})`)
    if (record.kind === 'models') return exchange.json(200, { object: 'list', data: (models ?? usualModels).map(toModel) })
    const bytes = await exchange.readBody(record.kind === 'transcription' ? mostFileBytes : mostJsonBytes)
    const receivedAt = (record.receivedAt = performance.now())
    const contentType = request.headers['content-type']
    if (record.kind === 'chat') {
      const body = readChatBody(readJson(bytes, contentType))
      const script = await begin({ ...exchange, record }, body, chat)
      return script && answerChat(exchange, body, script, receivedAt)
    }
    if (record.kind === 'speech') {
      const body = readSpeechBody(readJson(bytes, contentType))
      const script = await begin({ ...exchange, record }, body, speech)
      return script && answerSpeech(exchange, body, script, receivedAt)
    }
    const body = readTranscriptionBody(bytes, contentType)
    const script = await begin({ ...exchange, record }, body, transcription)
    return script && answerTranscription(exchange, body, script, receivedAt)
  }
}

function checkKey({ apiKey }: FakeRequest, expected: string | undefined) {
  if (apiKey === undefined) {
    throw new ApiError(401, "You didn't provide an API key. You need to provide it in an Authorization header using Bearer auth.")
  }
  if (expected !== undefined && apiKey !== expected) {
    throw new ApiError(401, `Incorrect API key provided: ${apiKey.slice(0, 3)}***.`, { code: 'invalid_api_key' })
  }
}

function readJson(bytes: Buffer, contentType: string | undefined): Record<string, unknown> {
  if (!/^application\/json\b/i.test(contentType ?? '')) {
    throw new ApiError(400, `Unsupported content type: '${contentType ?? ''}'. This endpoint takes 'application/json'.`)
  }
  let body: unknown
  try {
    body = JSON.parse(bytes.toString())
  } catch {
    body = undefined
  }
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>
  throw new ApiError(400, 'We could not parse the JSON body of your request. The API expects a JSON object.')
}

function unknownModel(model: string) {
  return new ApiError(404, `The model '${model}' does not exist or you do not have access to it.`, { code: 'model_not_found' })
}

function toModel(id: string) {
  return { id, object: 'model', created: 1_686_935_002, owned_by: 'parley' }
}
