import { createHash, randomBytes } from 'node:crypto'
import type { RunningTask } from './tasks.ts'
import { writeTlv } from './tlv.ts'

export type SubtitleData = {
  text: string
  userId: string
  sequence: number
  definite: boolean
  paragraph: boolean
  language?: string
  roundId?: number
  mode?: 0 | 1
}

/** What the vendor's servers send to those that a task names. Each gives the status that was answered. */
export type MessageSender = {
  /** Codes: 1 listens, 2 thinks, 3 speaks, 4 was interrupted, 5 is finished. */
  state: (code: number, roundId: number) => Promise<number>
  subtitles: (...data: SubtitleData[]) => Promise<number>
  functionCalls: (...calls: { id: string; name: string; arguments: string }[]) => Promise<number>
  /** Any bytes, under the task's signature or another one. */
  send: (message: Buffer, signature?: string) => Promise<number>
  /** Where it sends to. */
  readonly url: string
}

type Addressed = {
  AgentConfig: { ServerMessageURLForRTS?: string; ServerMessageSignatureForRTS?: string; TargetUserId: string[] }
}

/**
 * The vendor's side of a task's callbacks: the message in base64 with the signature that the task was started with, as JSON
 * without saying so: there is no content type.
 * @throws Error when the task names no server
 */
export function createMessageSender({ started, taskId }: RunningTask): MessageSender {
  const { AgentConfig: agent } = started as unknown as Addressed
  const { ServerMessageURLForRTS: url, ServerMessageSignatureForRTS: own = '', TargetUserId: users } = agent
  if (url === undefined) throw new Error('The task names no server for its messages')

  async function send(message: Buffer, signature = own): Promise<number> {
    const body = Buffer.from(JSON.stringify({ message: message.toString('base64'), signature }))
    const response = await fetch(url as string, { method: 'POST', body, redirect: 'error' })
    await response.body?.cancel()
    return response.status
  }

  return {
    url,
    send,
    state: (code, roundId) =>
      send(
        writeTlv('conv', {
          TaskId: taskId,
          UserID: users[0],
          RoundID: roundId,
          EventTime: Date.now(),
          Stage: { Code: code, Description: 'for people' },
        }),
      ),
    subtitles: (...data) => send(writeTlv('subv', { type: 'subtitle', data })),
    functionCalls: (...calls) =>
      send(
        writeTlv('tool', {
          subscriber_user_id: users[0],
          tool_calls: calls.map(({ id, ...called }) => ({ id, type: 'function', function: called })),
        }),
      ),
  }
}

export type ConsoleEventSettings = {
  url: string
  secret: string
  task: Pick<RunningTask, 'appId' | 'roomId' | 'taskId'>
  data: Record<string, unknown>
  eventId?: string
}

/** An event of the vendor's console about a task, signed with the secret of the app. Gives the status that was answered. */
export async function sendConsoleEvent({ url, secret, task, data, eventId }: ConsoleEventSettings): Promise<number> {
  const event = {
    EventType: 'VoiceChat',
    EventData: JSON.stringify({ AppId: task.appId, RoomId: task.roomId, TaskId: task.taskId, EventType: 0, ...data }),
    EventTime: new Date().toISOString(),
    EventId: eventId ?? randomBytes(8).toString('hex'),
    AppId: task.appId,
    Version: '2020-12-01',
    Nonce: randomBytes(2).toString('hex'),
  }
  // The values are ASCII, so that code units sort as bytes do.
  const signature = createHash('sha256')
    .update([...Object.values(event), secret].sort().join(''))
    .digest('hex')
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...event, Signature: signature }),
  })
  await response.body?.cancel()
  return response.status
}
