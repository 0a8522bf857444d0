import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { signRpc } from '../../aliyun-fake/rpc-signature.ts'
import { createRequestLog, type RequestLog } from '../../request-log.ts'
import { createHeard, type SpeechFakeRequest, type SpeechFakeScript } from '../script.ts'
import { sendJson, startSocketFake, type SocketFake, type SocketRequest } from '../socket-fake.ts'
import { speechPieces } from '../sound.ts'
import { talk } from './gateway.ts'

export type NlsFakeSettings = SpeechFakeScript & {
  accessKeyId: string
  accessKeySecret: string
  appKey: string
  /** How long a token lives. */
  tokenS?: number
  now?: () => number
}

/** Aliyun's speech service on loopback: CreateToken, the WebSocket gateway, and the REST interfaces. */
export type NlsFake = SocketFake & {
  readonly log: RequestLog<SpeechFakeRequest>
  /** Tokens that were made. */
  readonly tokens: string[]
  /** A token is no longer good, before its time. */
  withdraw: (token: string) => void
}

export async function startNlsFake(settings: NlsFakeSettings): Promise<NlsFake> {
  const { appKey, accessKeyId, accessKeySecret, tokenS = 86_400, now = Date.now, fault, text = '' } = settings
  const log = createRequestLog<SpeechFakeRequest>(({ kind, refused }) => `${kind} ${refused ?? ''}`)
  const tokens: string[] = []
  const good = new Set<string>()
  const tasks = new Map<string, { text: string; looks: number }>()
  let address = ''

  function onUpgrade({ query, headers, path }: SocketRequest) {
    if (typeof fault === 'object') return { status: fault.status }
    const token = String(headers['x-nls-token'] ?? new URLSearchParams(query).get('token'))
    if (!good.has(token)) return { status: 403 }
    return path === '/ws/v1' ? talk(settings, log) : { status: 404 }
  }

  async function onRequest(request: SocketRequest, response: ServerResponse): Promise<void> {
    const { path, method, body } = request
    if (path === '/' && method === 'POST') return callRpc(body.toString(), response)
    if (fault === 'silent') return
    if (typeof fault === 'object') return sendJson(response, {}, fault.status)
    if (path === '/stream/v1/asr') return hearWhole(request, response)
    if (path === '/stream/v1/tts') return sayShort(request, response)
    if (path === '/rest/v1/tts/async')
      return method === 'POST' ? makeTask(body, response) : lookAtTask(request, response)
    if (path === '/sound.pcm')
      return void response.end(Buffer.concat(await speechPieces(settings.durationMs ?? 1_000, 16_000)))
    sendJson(response, {}, 404)
  }

  function callRpc(body: string, response: ServerResponse) {
    const given = Object.fromEntries(new URLSearchParams(body))
    const refuse = (Code: string, status: number) => {
      log.add({ kind: 'token', refused: Code, heardMs: 0, closed: true })
      sendJson(response, { Code, Message: 'refused', RequestId: randomUUID() }, status)
    }
    if (given['AccessKeyId'] !== accessKeyId) return refuse('InvalidAccessKeyId.NotFound', 404)
    if (given['Signature'] !== signRpc('POST', given, accessKeySecret)) return refuse('SignatureDoesNotMatch', 400)
    if (given['Version'] !== '2019-02-28') return refuse('InvalidVersion', 400)
    if (given['Action'] === 'CreateTtsTask') {
      const TaskId = newTask(given['Text'] ?? '')
      return sendJson(response, { RequestId: randomUUID(), TaskId })
    }
    if (given['Action'] !== 'CreateToken') return refuse('InvalidAction.NotFound', 404)
    const Id = randomUUID().replaceAll('-', '')
    tokens.push(Id)
    good.add(Id)
    log.add({ kind: 'token', heardMs: 0, closed: true })
    sendJson(response, { ErrMsg: '', Token: { UserId: '1', Id, ExpireTime: Math.floor(now() / 1_000) + tokenS } })
  }

  function hearWhole({ query, headers, body }: SocketRequest, response: ServerResponse) {
    const parameters = new URLSearchParams(query)
    const answer = (status: number, message: string, result = '') =>
      sendJson(response, { task_id: randomUUID(), result, status, message }, status === 20000000 ? 200 : 400)
    if (!good.has(String(headers['x-nls-token'])) || fault === 'denied')
      return answer(40000001, 'Gateway:ACCESS_DENIED')
    if (fault === 'busy') return answer(40000005, 'TOO_MANY_REQUESTS')
    if (parameters.get('appkey') !== appKey) return answer(40020105, 'APPKEY_NOT_EXIST')
    if (parameters.get('format') !== 'pcm' || parameters.get('sample_rate') !== '16000')
      return answer(40000003, 'PARAMETER')
    const heard = createHeard()
    heard.take(body)
    log.add({ kind: 'recognition', heardMs: heard.ms, closed: true })
    setTimeout(() => answer(20000000, 'SUCCESS', heard.isSpeech ? text : ''), settings.firstMs ?? 0)
  }

  async function sayShort({ body }: SocketRequest, response: ServerResponse) {
    const asked = JSON.parse(body.toString()) as Record<string, unknown>
    const refuse = (status: number, message: string) => {
      log.add({ kind: 'synthesis', refused: message, heardMs: 0, closed: true })
      sendJson(response, { task_id: randomUUID(), result: '', status, message }, 400)
    }
    if (!good.has(String(asked['token'])) || fault === 'denied') return refuse(40000001, 'Gateway:ACCESS_DENIED')
    if (fault === 'busy') return refuse(40000005, 'TOO_MANY_REQUESTS')
    if (asked['appkey'] !== appKey || asked['format'] !== 'pcm') return refuse(40000003, 'PARAMETER')
    if (String(asked['text']).length > 300) return refuse(40000003, 'TEXT_TOO_LONG')
    log.add({ kind: 'synthesis', said: String(asked['text']), heardMs: 0, closed: true })
    response.writeHead(200, { 'content-type': 'audio/mpeg', 'X-NLS-RequestId': randomUUID() })
    let sentMs = 0
    for (const piece of await speechPieces(settings.durationMs ?? 1_000, Number(asked['sample_rate']))) {
      if (sentMs >= (settings.cutAfterMs ?? Infinity)) return void response.destroy()
      response.write(piece)
      sentMs += 100
    }
    response.end()
  }

  function newTask(asked: string): string {
    const id = randomUUID()
    tasks.set(id, { text: asked, looks: 0 })
    log.add({ kind: 'task', said: asked, heardMs: 0, closed: true })
    return id
  }
  function makeTask(body: Buffer, response: ServerResponse) {
    const asked = JSON.parse(body.toString()) as {
      payload?: { tts_request?: { text?: string } }
      header?: { appkey?: string; token?: string }
    }
    const right = asked.header?.appkey === appKey && good.has(asked.header.token ?? '')
    if (!right || fault === 'denied')
      return sendJson(response, { status: 400, error_code: 40000001, error_message: 'DENIED' })
    const data = { task_id: newTask(asked.payload?.tts_request?.text ?? '') }
    sendJson(response, { status: 200, error_code: 20000000, error_message: 'SUCCESS', request_id: randomUUID(), data })
  }
  function lookAtTask({ query }: SocketRequest, response: ServerResponse) {
    const parameters = new URLSearchParams(query)
    const task = tasks.get(parameters.get('task_id') ?? '')
    if (!task || !good.has(parameters.get('token') ?? ''))
      return sendJson(response, { status: 400, error_code: 40000000, error_message: 'NO_SUCH_TASK' })
    const done = ++task.looks > 1
    const data = { task_id: parameters.get('task_id'), audio_address: done ? `${address}/sound.pcm` : null }
    sendJson(response, { status: 200, error_code: 20000000, error_message: done ? 'SUCCESS' : 'RUNNING', data })
  }

  const fake = await startSocketFake({ onUpgrade, onRequest })
  address = fake.httpUrl
  return Object.assign(fake, { log, tokens, withdraw: (token: string) => void good.delete(token) })
}
