import { Problem } from '@parley/contracts'
import { randomUUID } from 'node:crypto'
import { z } from 'zod'

const newId = () => randomUUID().replaceAll('-', '')

/** One task at Aliyun's speech gateway: its messages carry one task id, and an id each. */
export type NlsTask = {
  message: (name: string, payload?: object) => string
  /** What of a gateway's message is about this task. @throws Problem for `TaskFailed`, or what is no message */
  read: (text: string) => NlsMessage
}

const Message = z.object({
  header: z.object({
    name: z.string(),
    task_id: z.string().optional(),
    status: z.number().optional(),
    status_text: z.string().optional(),
    status_message: z.string().optional(),
  }),
  payload: z.record(z.string(), z.unknown()).default({}),
})
export type NlsMessage = { name: string; payload: Record<string, unknown> }

/** Of the caller's own making: another try changes nothing. */
const rejected = new Set([
  40_000_000, 40_000_001, 40_000_002, 40_000_003, 40_000_010, 40_020_105, 40_020_106, 41_010_101, 41_020_001,
])

export function createNlsTask(namespace: string, appKey: string, who: string): NlsTask {
  const taskId = newId()
  return {
    message: (name, payload = {}) =>
      JSON.stringify({
        header: { message_id: newId(), task_id: taskId, namespace, name, appkey: appKey },
        payload,
        context: { sdk: { name: 'parley', version: '1', language: 'nodejs' } },
      }),
    read: (text) => {
      const message = Message.safeParse(parse(text))
      if (!message.success) throw new Problem('provider-failed', `${who} said what nobody understands`)
      const { header, payload } = message.data
      if (header.name !== 'TaskFailed') return { name: header.name, payload }
      throw toNlsProblem(who, header.status ?? 0, header.status_text ?? header.status_message ?? '')
    },
  }
}

/** A status of theirs as a Problem; what they say about it is for the log only. */
export function toNlsProblem(who: string, status: number, text: string): Problem {
  const cause = new Error(`${status} ${text}`.slice(0, 500))
  if (rejected.has(status)) return new Problem('provider-rejected', `${who} refused the request (${status})`, { cause })
  return status === 40_000_004
    ? new Problem('timeout', `${who} waited too long (${status})`, { cause })
    : new Problem('provider-failed', `${who} failed (${status})`, { cause })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
