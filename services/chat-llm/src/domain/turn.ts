import { toProblem } from '@parley/contracts'
import type { AnswerPart } from './answer.ts'
import type { ModelPart } from './language-model.ts'
import type { Asker, Clock, OpenConversation, ReplyRecord } from './ports.ts'

/** What an answer may be made of, whoever runs its tools. */
export type NotedPart = AnswerPart | ModelPart

/** Takes notes while a reply is made: what was said, and the record of how it went. */
export type Turn = {
  readonly text: string
  opened: (conversation: OpenConversation) => void
  note: (part: NotedPart) => void
  failed: (error: unknown, signal: AbortSignal) => void
  /** As it stands; a turn that neither finished nor failed is one whose listener left. */
  record: () => ReplyRecord
}

export function createTurn({ turnId, asker }: { turnId: string; asker: Asker }, clock: Clock): Turn {
  const startedAt = clock.monotonicMs()
  const sinceStart = () => clock.monotonicMs() - startedAt
  let text = ''
  const record: Omit<ReplyRecord, 'totalMs'> = {
    turnId,
    asker: asker.kind,
    deviceId: asker.kind === 'device' ? asker.deviceId : undefined,
    conversationId: undefined,
    outcome: 'aborted',
    reason: undefined,
    problem: undefined,
    provider: undefined,
    model: undefined,
    usage: undefined,
    tools: [],
    openedMs: undefined,
    firstTextMs: undefined,
  }

  return {
    get text() {
      return text
    },
    opened: ({ id }) => {
      record.conversationId = id
      record.openedMs = sinceStart()
    },
    note: (part) => {
      if (part.type === 'text-delta') {
        record.firstTextMs ??= sinceStart()
        text += part.text
      } else if (part.type === 'answering') {
        record.provider = part.provider
        record.model = part.model
      } else if (part.type === 'tool-end') {
        record.tools.push({ name: part.name, failed: part.failed })
      } else if (part.type === 'finished') {
        record.outcome = 'finished'
        record.reason = part.reason
        record.usage = part.usage
      }
    },
    failed: (error, signal) => {
      if (signal.aborted) return
      record.outcome = 'failed'
      record.problem = toProblem(error)
    },
    record: () => ({ ...record, totalMs: sinceStart() }),
  }
}
