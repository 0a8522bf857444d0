import { Problem } from '@parley/contracts'
import { raw, Router, type Request, type RequestHandler } from 'express'
import type { RunStore } from '../domain/ports.ts'
import type { RoomMessage, RoomMessages } from '../domain/room-messages.ts'
import { isCallbackProof } from '../domain/run.ts'
import type { TaskEvent, TaskEvents } from '../domain/task-events.ts'
import { findRun, notTheirs } from './runs.ts'

export type RtcCallbackSettings = {
  runs: Pick<RunStore, 'find'>
  messages: RoomMessages
  /** @throws Problem `bad-request` */
  readMessage: (bytes: Buffer) => RoomMessage
  events: TaskEvents
  /**
   * An event of the vendor's console, whose own signature is good; undefined for a body that is none.
   * @throws Problem `bad-request`, `unauthorized`
   */
  readEvent: (body: unknown) => { event: TaskEvent | undefined } | undefined
}

const mostBytes = '256kb'

/**
 * `POST /rtc_callback`: what the cloud tells of its rooms. Messages of a run, proved in the address and by the signature
 * beside them; and events of the console, which sign themselves. The first come without a type.
 */
export function rtcCallback(settings: RtcCallbackSettings): Router {
  return Router().post('/rtc_callback', raw({ limit: mostBytes, type: () => true }), receive(settings))
}

function receive({ events, readEvent, ...settings }: RtcCallbackSettings): RequestHandler {
  return async (request, response) => {
    const body = parseJson(request.body)
    const read = readEvent(body)
    if (read?.event) await events.receive(read.event)
    if (!read) await receiveMessage(request, body, settings)
    response.json({})
  }
}

async function receiveMessage(
  request: Request,
  body: unknown,
  { runs, messages, readMessage }: Pick<RtcCallbackSettings, 'runs' | 'messages' | 'readMessage'>,
): Promise<void> {
  const { message, signature } = (body ?? {}) as { message?: unknown; signature?: unknown }
  const { key } = request.query
  const run = await findRun(request, runs, { place: 'url', proof: typeof key === 'string' ? key : undefined })
  if (typeof signature !== 'string' || !isCallbackProof(run, 'signature', signature)) throw notTheirs()
  if (typeof message !== 'string') throw new Problem('bad-request', 'The body has no message')
  await messages.receive(run, readMessage(Buffer.from(message, 'base64')))
}

function parseJson(body: unknown): unknown {
  try {
    return JSON.parse(Buffer.isBuffer(body) ? body.toString() : '')
  } catch {
    throw new Problem('bad-request', 'The body is not JSON')
  }
}
