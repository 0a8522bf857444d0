import { randomUUID } from 'node:crypto'
import { makeContext, withContext, type Bus } from '@parley/bus'
import { chat, rtc, scopesOf, type Person } from '@parley/contracts'
import { createLlmCaller } from '@parley/testkit/rtc-fake'
import type { Stack } from './stack.ts'

/** Asks one question, and gives the milliseconds to the first text of its answer; the answer is read to its end. */
export type Ask = () => Promise<number>

export type SideName = 'direct' | 'callback'

const question = 'What time is it?'

/** The conversation of a room, asked over the bus. */
export function openDirect(bus: Bus): Ask {
  const run = { roomId: `room_${randomUUID()}`, taskId: `task_${randomUUID()}`, ownerId: randomUUID() }
  return async () => {
    const askedAt = performance.now()
    let firstAt = Number.NaN
    const input = { turnId: randomUUID(), run, text: question }
    for await (const part of bus.stream(chat.replyInRoom, input))
      if (part.type === 'text-delta' && Number.isNaN(firstAt)) firstAt = performance.now()
    return firstAt - askedAt
  }
}

/** The same, asked by the cloud: HTTP, the proof of the run, server-sent events. */
export async function openCallback(bus: Bus, { vendor }: Stack): Promise<Ask> {
  const person: Person = { kind: 'user', userId: randomUUID(), sessionId: randomUUID(), scopes: scopesOf('user') }
  const call = { action: 'StartVoiceChat', sceneId: 'bench' }
  await withContext({ ...makeContext(), identity: person }, () => bus.request(rtc.call, call))
  const task = vendor.tasks.find(({ roomId }) => roomId.includes(person.userId))
  if (!task) throw new Error('The voice chat did not start')
  const caller = createLlmCaller(task)
  return async () => {
    const askedAt = performance.now()
    let firstAt = Number.NaN
    await caller.ask(question, { onFirstText: (at) => (firstAt = at) })
    return firstAt - askedAt
  }
}
