import type { ServerResponse } from 'node:http'
import { createRequestLog, type RequestLog } from '../../request-log.ts'
import type { SpeechFakeRequest, SpeechFakeScript } from '../script.ts'
import { sendJson, startSocketFake, type SocketFake, type SocketRequest } from '../socket-fake.ts'
import { speechPieces } from '../sound.ts'
import { hear } from './hear.ts'
import { say } from './say.ts'

export type HuoshanFakeSettings = SpeechFakeScript & { appId: string; accessToken: string }

/** Volcengine's speech service on loopback: recognition ("sauc"), synthesis (v3 both ways, v1 HTTP). */
export type HuoshanFake = SocketFake & { readonly log: RequestLog<SpeechFakeRequest> }

const resources = /^(volc\.(big|seed)asr\.sauc\.(duration|concurrent)|volc\.service_type\.10029|seed-tts-[12]\.0)$/
const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/

export async function startHuoshanFake(settings: HuoshanFakeSettings): Promise<HuoshanFake> {
  const log = createRequestLog<SpeechFakeRequest>(({ kind, refused }) => `${kind} ${refused ?? ''}`)
  const { appId, accessToken, fault } = settings

  function onUpgrade({ path, headers }: SocketRequest) {
    if (typeof fault === 'object') return { status: fault.status }
    const right = headers['x-api-app-key'] === appId && headers['x-api-access-key'] === accessToken
    if (!right || !uuid.test(String(headers['x-api-connect-id']))) return { status: 401 }
    if (!resources.test(String(headers['x-api-resource-id']))) return { status: 403 }
    if (path === '/api/v3/sauc/bigmodel_async') return hear(settings, log)
    return path === '/api/v3/tts/bidirection' ? say(settings, log) : { status: 404 }
  }

  async function onRequest({ method, path, headers, body }: SocketRequest, response: ServerResponse) {
    if (method !== 'POST' || path !== '/api/v1/tts') return sendJson(response, {}, 404)
    if (fault === 'silent') return
    if (typeof fault === 'object') return sendJson(response, {}, fault.status)
    const request: SpeechFakeRequest = { kind: 'synthesis', heardMs: 0, closed: true }
    const refuse = (code: number, message: string) => {
      log.add({ ...request, refused: message })
      sendJson(response, { reqid: '', code, operation: 'query', message, sequence: -1 })
    }
    if (headers.authorization !== `Bearer;${accessToken}`) return sendJson(response, { reqid: '' }, 401)
    if (fault === 'denied') return refuse(3001, 'invalid auth')
    if (fault === 'busy') return refuse(3003, 'concurrency exceeded')
    const asked = JSON.parse(body.toString()) as Record<string, Record<string, unknown>>
    const { app = {}, audio = {}, request: what = {} } = asked
    if (app['appid'] !== appId || !app['token'] || !app['cluster']) return refuse(3001, 'app is not right')
    if (audio['encoding'] !== 'pcm' || !audio['voice_type']) return refuse(3050, 'voice not found')
    if (what['operation'] !== 'query' || !what['reqid']) return refuse(3001, 'request is not right')
    if (Buffer.byteLength(String(what['text'])) > 1_024) return refuse(3010, 'text too long')
    log.add({ ...request, said: String(what['text']) })
    const sound = Buffer.concat(await speechPieces(settings.durationMs ?? 1_000, Number(audio['rate'])))
    const answer = { reqid: what['reqid'], code: 3000, operation: 'query', message: 'Success', sequence: -1 }
    sendJson(response, { ...answer, data: sound.toString('base64'), addition: { duration: '1000' } })
  }

  const fake = await startSocketFake({ onUpgrade, onRequest })
  return Object.assign(fake, { log })
}
