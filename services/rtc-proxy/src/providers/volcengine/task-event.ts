import { createHash, timingSafeEqual } from 'node:crypto'
import { parseAs, Problem } from '@parley/contracts'
import { z } from 'zod'
import type { TaskEvent } from '../../domain/task-events.ts'

const Text = z.string().max(1_000)

/** An event as the vendor's console sends it; older ones misspell the nonce. */
const Event = z.object({
  EventType: Text,
  EventData: z.string().max(64_000),
  EventTime: Text,
  EventId: z.string().min(1).max(200),
  AppId: Text,
  Version: Text,
  Nonce: Text.optional(),
  Noce: Text.optional(),
  Signature: Text,
})
type Event = z.output<typeof Event>

const VoiceChat = z.looseObject({
  RoomId: z.string().default(''),
  TaskId: z.string().default(''),
  RunStage: z.string().optional(),
  ErrorInfo: z.looseObject({ Errorcode: z.number().optional() }).optional(),
})

/**
 * Reads events of the vendor's console by the secrets of their app; undefined for a body that is none, an empty one for an
 * event that says nothing of a task.
 */
export function createEventReader(secretsOf: (appId: string) => string[]) {
  /** @throws Problem `bad-request`, or `unauthorized` for one that is not signed with a secret of its app */
  return (body: unknown): { event: TaskEvent | undefined } | undefined => {
    if (typeof body !== 'object' || body === null || !('EventType' in body)) return undefined
    const event = parseAs(Event, body, 'The event')
    if (!secretsOf(event.AppId).some((secret) => isSigned(event, secret)))
      throw new Problem('unauthorized', 'The event is not signed with a secret of its app')
    return { event: toTaskEvent(event) }
  }
}

/** The vendor's signature: SHA-256 over the sorted values of the event and the secret, put together, in hexadecimal. */
export function signEvent(event: Omit<Event, 'Signature'>, secret: string): string {
  const { EventType, EventData, EventTime, EventId, AppId, Version, Nonce = event.Noce ?? '' } = event
  const values = [EventType, EventData, EventTime, EventId, AppId, Version, Nonce, secret].map((text) =>
    Buffer.from(text),
  )
  return createHash('sha256')
    .update(Buffer.concat(values.sort((one, other) => Buffer.compare(one, other))))
    .digest('hex')
}

/** Compares in constant time. */
function isSigned(event: Event, secret: string): boolean {
  const [expected, given] = [Buffer.from(signEvent(event, secret)), Buffer.from(event.Signature)]
  return expected.length === given.length && timingSafeEqual(expected, given)
}

/** What an event says of a task; undefined for events of other kinds. @throws Problem `bad-request` */
function toTaskEvent({ EventType, EventData, EventId: eventId, AppId: appId }: Event): TaskEvent | undefined {
  if (EventType !== 'VoiceChat') return undefined
  const {
    RoomId: roomId,
    TaskId: taskId,
    RunStage: stage,
    ErrorInfo,
  } = parseAs(VoiceChat, parseJson(EventData), 'The event')
  const errorCode = ErrorInfo?.Errorcode || undefined
  return { eventId, appId, roomId, taskId, stage, errorCode }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Problem('bad-request', 'The event is not valid')
  }
}
