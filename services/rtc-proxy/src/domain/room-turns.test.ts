import { Problem, type RoomQuestion, type RoomReplyPart } from '@parley/contracts'
import { expect, test } from 'vitest'
import { someRun } from '../../test/some-run.ts'
import type { QuestionRecord } from './ports.ts'
import { createRoomTurns, type AnsweredPart } from './room-turns.ts'
import { toTurnId } from './run.ts'

const started: RoomReplyPart = {
  type: 'started',
  conversationId: '019aa3c0-0000-7000-8000-0000000000aa',
  provider: 'p',
}
const text = (value: string): RoomReplyPart => ({ type: 'text-delta', text: value })
const finished: RoomReplyPart = { type: 'finished', reason: 'stop' }
const never = new AbortController().signal

/** What answers: parts one after the other, an error to throw, or `wait` to answer no more until the signal. */
type Script = (RoomReplyPart | Error | 'wait')[]

function fixture(script: Script, keep: () => Promise<void> = async () => undefined) {
  const asked: RoomQuestion[] = []
  const records: QuestionRecord[] = []
  const failures: unknown[] = []
  let rounds = 0
  const turns = createRoomTurns(
    {
      mind: {
        answer: async function* (question, { signal }) {
          asked.push(question)
          for (const part of script) {
            if (part instanceof Error) throw part
            if (part !== 'wait') yield part
            else await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
          }
        },
      },
      runs: { keep },
      observer: { asked: (record) => void records.push(record), failed: (_, error) => void failures.push(error) },
      newRound: () => `made ${++rounds}`,
      now: () => new Date(0),
      monotonicMs: () => 0,
    },
    { callMaxMs: 1_000, callIdleMs: 1_000 },
  )
  const answer = (question: { text?: string; round?: string } = {}, signal = never) =>
    turns.answer(someRun, { text: 'hello', round: '0', ...question }, { signal })
  return { answer, asked, records, failures }
}

test('an answer comes as it is made, in the turn of its round', async () => {
  const { answer, asked, records } = fixture([started, text('Hi'), finished])
  expect(await Array.fromAsync(answer())).toEqual([text('Hi'), finished])
  await Array.fromAsync(answer())
  const turnId = toTurnId('task_1', '0')
  expect(asked.map((question) => question.turnId)).toEqual([turnId, turnId])
  expect(asked[0]).toEqual({
    turnId,
    run: { roomId: 'room_1', taskId: 'task_1', ownerId: undefined, agentId: undefined },
    text: 'hello',
  })
  expect(records[0]).toMatchObject({ outcome: 'finished', sceneId: 'shop', toolCalls: 0, firstTextMs: 0 })
})

test('without a round, each question is a turn of its own', async () => {
  const { asked, answer } = fixture([started, finished])
  await Array.fromAsync(answer({ round: undefined as never }))
  await Array.fromAsync(answer({ round: undefined as never }))
  expect(new Set(asked.map(({ turnId }) => turnId)).size).toBe(2)
})

test.each([
  ['hello', 'Sorry, something went wrong. Please try again.'],
  ['你好', '抱歉，出了点问题，请再试一次。'],
])('a failure is apologised for in the language of "%s"', async (question, apology) => {
  const { answer, records } = fixture([started, text('Well'), new Problem('provider-failed', 'no')])
  const parts: AnsweredPart[] = [text('Well'), text(apology), finished] as AnsweredPart[]
  expect(await Array.fromAsync(answer({ text: question }))).toEqual(parts)
  expect(records).toMatchObject([{ outcome: 'failed', problem: 'provider-failed' }])
})

test.each([
  ['hello', 'Sorry, there are not enough credits left for an answer. Please top up in the app.'],
  ['你好', '抱歉，积分不够了，请在应用里充值后再试。'],
])('who has no credits left is told so in the language of "%s"', async (question, told) => {
  const { answer, records } = fixture([started, new Problem('insufficient-credits', 'no')])
  expect(await Array.fromAsync(answer({ text: question }))).toEqual([text(told), finished])
  expect(records).toMatchObject([{ outcome: 'failed', problem: 'insufficient-credits' }])
})

test('a newer question ends the one before, which says nothing more', async () => {
  const { answer, records } = fixture([started, text('Hi'), 'wait'])
  const first = answer()
  expect(await first.next()).toMatchObject({ value: text('Hi') })
  const waiting = first.next()
  const second = answer({ text: 'hello there' })
  await second.next()
  expect(await waiting).toEqual({ done: false, value: finished })
  expect(await first.next()).toMatchObject({ done: true })
  expect(records).toMatchObject([{ outcome: 'superseded', problem: undefined }])
  await second.return()
})

test('a caller that hangs up ends it, without an apology', async () => {
  const { answer, records } = fixture([started, text('Hi'), 'wait'])
  const gone = new AbortController()
  const parts = answer({}, gone.signal)
  await parts.next()
  const waiting = parts.next()
  gone.abort()
  expect(await waiting).toEqual({ done: true, value: undefined })
  expect(records).toMatchObject([{ outcome: 'left' }])
})

test('a run that cannot be kept is answered all the same', async () => {
  const { answer, failures } = fixture([started, finished], () => Promise.reject(new Error('away')))
  expect(await Array.fromAsync(answer())).toEqual([finished])
  expect(failures).toHaveLength(1)
})
