import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { isAction, readBody, type ActionName } from './bodies.ts'
import { checkSignature } from './check-signature.ts'
import type { RtcFakeCall, RtcFakeScript, RtcFakeSettings } from './script.ts'
import { createTasks, type RunningTask } from './tasks.ts'
import { VendorError } from './vendor-error.ts'

/** Volcengine's RTC OpenAPI for conversational agents, on loopback: strict with signatures, bodies and states. */
export type RtcFake = AsyncDisposable & {
  /** `http://127.0.0.1:<port>`; an action is `POST <url>?Action=…&Version=…`. */
  readonly url: string
  /** Every request that came, oldest first, with the code of its refusal. */
  readonly requests: { action: string; version: string; refusal: string | undefined }[]
  /** The calls among them that were signed well and well formed. */
  readonly calls: RtcFakeCall[]
  /** The agents that run at the moment. */
  readonly tasks: RunningTask[]
  /** Ends an agent as the vendor does when nobody is with it any more. */
  endTask: (taskId: string) => void
}

const versions = ['2024-12-01', '2025-06-01']

type Metadata = { Action: string; Version: string }

export async function startRtcFake(settings: RtcFakeSettings): Promise<RtcFake> {
  const { accounts, now = () => new Date(), refusalsAs200 = false, script } = settings
  const requests: RtcFake['requests'] = []
  const calls: RtcFakeCall[] = []
  const tasks = createTasks()

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request)
    const { searchParams, pathname } = new URL(request.url ?? '/', 'http://fake')
    const metadata = { Action: searchParams.get('Action') ?? '', Version: searchParams.get('Version') ?? '' }
    const noted: RtcFake['requests'][number] = {
      action: metadata.Action,
      version: metadata.Version,
      refusal: undefined,
    }
    requests.push(noted)
    try {
      const { headers, method = '', url: target = '/' } = request
      const account = checkSignature({ method, target, headers: toSingle(headers), body }, { accounts, now: now() })
      const action = readAction(metadata, method, pathname)
      const call = { action, version: metadata.Version, body: readBody(action, body) }
      const index = calls.push(call) - 1
      const plan = (await script?.(call, index)) ?? {}
      if (plan.error) throw new VendorError(plan.error.code, plan.error.message ?? 'The request was refused.')
      if (plan.answer) return answerAnything(response, plan.answer)
      tasks.perform(action, call.body, account)
      if (plan.lost) return lose(response, plan.lost)
      answer(response, 200, { ResponseMetadata: toMetadata(metadata, now()), Result: 'ok' })
    } catch (error) {
      const refusal = error instanceof VendorError ? error : new VendorError('InternalError', String(error))
      noted.refusal = refusal.code
      const status = refusalsAs200 ? 200 : refusal.status
      answer(response, status, { ResponseMetadata: { ...toMetadata(metadata, now()), Error: refusal.body } })
    }
  }

  const server = createServer((request, response) => void serve(request, response).catch(() => response.destroy()))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    calls,
    get tasks() {
      return tasks.running()
    },
    endTask: tasks.end,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

function readAction({ Action, Version }: Metadata, method: string, path: string): ActionName {
  if (!Action) throw new VendorError('MissingParameter', 'The request is missing Action parameter.')
  if (!Version) throw new VendorError('MissingParameter', 'The request is missing Version parameter.')
  if (method === 'POST' && path === '/' && isAction(Action) && versions.includes(Version)) return Action
  throw new VendorError('InvalidActionOrVersion', `Could not find operation ${Action} for version ${Version}.`)
}

function toMetadata(metadata: Metadata, now: Date) {
  const time = now.toISOString().replace(/[-:T]/g, '').slice(0, 14)
  const requestId = `${time}${randomBytes(10).toString('hex').toUpperCase()}`
  return { RequestId: requestId, ...metadata, Service: 'rtc', Region: 'cn-north-1' }
}

function toSingle(headers: IncomingMessage['headers']): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat().join(',')]))
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  answerAnything(response, { status, body: JSON.stringify(body), contentType: 'application/json; charset=utf-8' })
}

function answerAnything(
  response: ServerResponse,
  { status, body, contentType = 'text/html' }: NonNullable<RtcFakeScript['answer']>,
): void {
  response.writeHead(status, { 'content-type': contentType }).end(body)
}

/** Silence needs nothing: the connection stays open until the client leaves. */
function lose(response: ServerResponse, how: 'silence' | 'cut'): void {
  if (how === 'cut') response.destroy()
}
