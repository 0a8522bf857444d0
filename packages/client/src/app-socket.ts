import type { components } from './paths.ts'
import { ParleyError, type ProblemDetails } from './problem.ts'
import { backOffMs, readToken, wait, type ClientSettings } from './settings.ts'

/** What happens to one's devices and conversations. */
export type AppUpdate = components['schemas']['AppUpdate']

/** `connected` says whether all that was missed is told now; when not, read devices and conversations anew. */
export type AppEvents = {
  onUpdate: (update: AppUpdate) => void
  onConnected?: (about: { resumed: boolean }) => void
  onDisconnected?: (about: { code: number; reason: string }) => void
}

/** What a device of one's own is to do. */
export type Command =
  | { type: 'send-command'; deviceId: string; command: components['schemas']['DeviceCommand']; ttlS?: number }
  | { type: 'control-device'; deviceId: string; action: 'turn_on' | 'turn_off' | 'get_status'; target?: string }

export type AppSocket = {
  /** @throws ParleyError for a refusal; Error when the connection breaks before there is an answer: it may have been done or not */
  command: (command: Command) => Promise<Record<string, unknown>>
  /** Ends the connection for good. */
  close: () => void
  /** Resolves when it is over: closed, or refused for good, with the close code. */
  readonly ended: Promise<number>
}

/** From here on there is no use in coming back with the same token; with 4429 there are too many already. */
const isFinal = (code: number) => code === 4429 || code >= 4500
const pingEveryMs = 25_000
const answerWithinMs = 30_000

type Message = Record<string, unknown> & { type: string; offset?: string; id?: string }
type Waiting = { resolve: (result: Record<string, unknown>) => void; reject: (error: Error) => void }

/** Follows what happens to one's devices and conversations, through any break of the connection, and gives commands to devices. */
export function openAppSocket(settings: ClientSettings, events: AppEvents): AppSocket {
  const { baseUrl, WebSocket = globalThis.WebSocket } = settings
  const url = new URL('/ws/app', baseUrl.replace(/^http/, 'ws'))
  const closing = new AbortController()
  const waiting = new Map<string, Waiting>()
  let socket: InstanceType<typeof WebSocket> | undefined
  let ready = Promise.withResolvers<void>()
  let offset: string | undefined
  let commands = 0

  function hear(message: Message) {
    if (message.offset !== undefined) offset = message.offset
    if (message.type === 'ready') {
      events.onConnected?.({ resumed: message['resumed'] === true })
      return ready.resolve()
    }
    const asked = message.id === undefined ? undefined : waiting.get(message.id)
    if (asked && message.type === 'result') asked.resolve(message['result'] as Record<string, unknown>)
    else if (asked && message.type === 'problem') asked.reject(new ParleyError(message['problem'] as ProblemDetails))
    else if (message.type !== 'pong' && message.type !== 'error') events.onUpdate(message as AppUpdate)
  }

  /** One connection, to its end. Gives its close code; that of a broken one without a token to come with. */
  async function live(): Promise<number> {
    const token = await readToken(settings).catch(() => undefined)
    if (token === undefined) return 1006
    const current = new WebSocket(url)
    socket = current
    const pings = setInterval(() => current.readyState === 1 && current.send('{"type":"ping"}'), pingEveryMs)
    const { code, reason } = await new Promise<{ code: number; reason: string }>((resolve) => {
      // A browser cannot send a token with the upgrade: the first message has it.
      current.addEventListener('open', () => current.send(JSON.stringify({ type: 'auth', token, after: offset })))
      current.addEventListener('message', ({ data }) => hear(JSON.parse(String(data)) as Message))
      current.addEventListener('close', resolve)
    })
    clearInterval(pings)
    ready = Promise.withResolvers()
    for (const { reject } of waiting.values()) reject(new Error('The connection broke before there was an answer'))
    events.onDisconnected?.({ code, reason })
    return code
  }

  async function keep(): Promise<number> {
    for (let failures = 0; ;) {
      const connectedAt = Date.now()
      const code = await live()
      if (closing.signal.aborted || isFinal(code)) return code
      failures = Date.now() - connectedAt > 10_000 ? 0 : failures + 1
      try {
        await wait(failures === 0 ? 0 : backOffMs(failures - 1), closing.signal)
      } catch {
        return code
      }
    }
  }

  const ended = keep()
  return {
    ended,
    command: async (command) => {
      const id = String(++commands)
      const late = AbortSignal.timeout(answerWithinMs)
      const answer = Promise.withResolvers<Record<string, unknown>>()
      late.addEventListener('abort', () => answer.reject(new Error('There was no answer in time')), { once: true })
      waiting.set(id, answer)
      try {
        await Promise.race([ready.promise, answer.promise])
        socket?.send(JSON.stringify({ ...command, id }))
        return await answer.promise
      } finally {
        waiting.delete(id)
      }
    },
    close: () => {
      closing.abort()
      socket?.close()
    },
  }
}
