import RPCClient from '@alicloud/pop-core'
import { Problem } from '@parley/contracts'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { listenRateHz, type Pcm } from '../../domain/ports.ts'
import { createLimit } from '../limit.ts'
import { toPcm } from '../pcm-bytes.ts'
import { toStatusProblem } from '../websocket/vendor-socket.ts'
import { toNlsProblem } from './nls-messages.ts'
import type { NlsToken } from './nls-token.ts'

export type LongTextSettings = {
  /** `https://nls-gateway-cn-shanghai.aliyuncs.com`, or where something stands in for it. */
  restUrl: string
  appKey: string
  token: NlsToken
  /** How the task is made: by the REST interface, or by the RPC action `CreateTtsTask` of older deployments. */
  create: 'rest' | 'rpc'
  accessKeyId: string
  accessKeySecret: string
  rpcUrl: string
  timeoutMs: number
  /** Between one look at the task and the next. */
  pollMs: number
  /** How long a task may take. */
  taskMs: number
  fetch: typeof fetch
}

const who = 'The long-text synthesis aliyun'
const Task = z.object({
  error_code: z.number(),
  error_message: z.string().default(''),
  data: z.object({ task_id: z.string().optional(), audio_address: z.string().nullish() }).optional(),
})
const RpcTask = z.object({ TaskId: z.string().optional(), Data: z.object({ TaskId: z.string() }).optional() })
const mostAudioBytes = 512 * 1024 * 1024

type NlsVoice = Record<string, string | number>

/** Long texts: a task is made, looked at until it is done, and its sound fetched from where it then lies. */
export function createLongText(settings: LongTextSettings) {
  const { restUrl, appKey, token, timeoutMs, pollMs, taskMs, fetch } = settings
  const url = new URL('/rest/v1/tts/async', restUrl)
  const rpc = new RPCClient({
    accessKeyId: settings.accessKeyId,
    accessKeySecret: settings.accessKeySecret,
    endpoint: settings.rpcUrl,
    apiVersion: '2019-02-28',
    opts: { timeout: timeoutMs },
  })

  async function ask(request: string | URL, init: RequestInit, signal: AbortSignal) {
    using limit = createLimit(who, timeoutMs, signal)
    try {
      const response = await fetch(request, { ...init, signal: limit.signal })
      const task = Task.safeParse(await response.json().catch(() => undefined)).data
      if (!task) throw toStatusProblem(response.status, who)
      if (task.error_code !== 20_000_000) throw toNlsProblem(who, task.error_code, task.error_message)
      return task.data
    } catch (error) {
      throw limit.toProblem(error)
    }
  }

  async function createByRest(text: string, voice: NlsVoice, signal: AbortSignal): Promise<string | undefined> {
    const body = {
      payload: { tts_request: { text, format: 'pcm', sample_rate: listenRateHz, ...voice }, enable_notify: false },
      context: { device_id: 'parley' },
      header: { appkey: appKey, token: await token.read() },
    }
    const headers = { 'content-type': 'application/json' }
    return (await ask(url, { method: 'POST', headers, body: JSON.stringify(body) }, signal))?.task_id
  }

  async function createByRpc(text: string, voice: NlsVoice): Promise<string | undefined> {
    try {
      const parameters = { Text: text, Voice: voice['voice'], Format: 'pcm', SampleRate: listenRateHz, AppKey: appKey }
      const answer = RpcTask.parse(await rpc.request('CreateTtsTask', parameters, { method: 'POST' }))
      return answer.TaskId ?? answer.Data?.TaskId
    } catch (error) {
      // The text of the SDK's error has the request in it: only its code is told.
      const cause = new Error(`CreateTtsTask: ${String((error as { code?: unknown }).code)}`)
      throw new Problem('provider-failed', `${who} failed`, { cause })
    }
  }

  async function wait(taskId: string, signal: AbortSignal): Promise<string> {
    const deadline = performance.now() + taskMs
    for (;;) {
      const request = new URL(url)
      request.search = new URLSearchParams({ appkey: appKey, task_id: taskId, token: await token.read() }).toString()
      const task = await ask(request, { method: 'GET' }, signal)
      if (task?.audio_address) return task.audio_address
      if (performance.now() > deadline) throw new Problem('timeout', `${who} took longer than ${taskMs} ms`)
      await delay(pollMs, undefined, { signal }).catch(() => signal.throwIfAborted())
    }
  }

  async function* fetchSound(address: string, signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
    using limit = createLimit(who, taskMs, signal)
    try {
      const response = await fetch(address, { signal: limit.signal })
      if (!response.ok || !response.body) throw toStatusProblem(response.status, who)
      let bytes = 0
      for await (const piece of response.body as AsyncIterable<Uint8Array>) {
        bytes += piece.length
        if (bytes > mostAudioBytes) throw new Problem('provider-failed', `${who} gave too much`)
        yield piece
      }
    } catch (error) {
      throw limit.toProblem(error)
    }
  }

  return async function* (text: string, voice: NlsVoice, signal: AbortSignal): AsyncGenerator<Pcm, void, undefined> {
    const made = settings.create === 'rpc' ? createByRpc(text, voice) : createByRest(text, voice, signal)
    const taskId = await made
    if (taskId === undefined) throw new Problem('provider-failed', `${who} made no task`)
    yield* toPcm(fetchSound(await wait(taskId, signal), signal), listenRateHz)
  }
}
