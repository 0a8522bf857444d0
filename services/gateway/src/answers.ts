import { randomUUID } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import type { Bus } from '@parley/bus'
import { app, chat, Problem, type AnswerPart, type AskInput } from '@parley/contracts'

/** Which answer, and where: `{instance}.{turnId}`, and `.{sequence}` for the part that was heard last. */
export type AnswerId = string

export type Answers = AsyncDisposable & {
  /** Asks for the caller, whose context this is; the answer is made to its end, whoever listens. @throws Problem `overloaded` */
  begin: (userId: string, question: AskInput) => AnswerId
  /**
   * The answer as it is made, from the part after `after` on, from whichever instance makes it; nothing when all was heard.
   * @throws Problem `not-found` when it is somebody else's or not known any more, and what the answer failed with
   */
  follow: (userId: string, id: AnswerId, after: number, signal: AbortSignal) => AsyncIterable<AnswerPart>
  /** Ends its making. False when it had ended. @throws Problem `not-found` */
  stop: (userId: string, id: AnswerId) => Promise<boolean>
}

type Answer = {
  turnId: string
  owner: string
  told: AnswerPart[]
  bytes: number
  /** How it ended. */
  outcome: { failure?: unknown } | undefined
  stop: AbortController
  /** `news` comes with each part and at the end. */
  events: EventEmitter<{ news: [] }>
  followers: number
  forgetting: NodeJS.Timeout | undefined
}

/** Nobody came back for so long: nobody will. */
const keptMs = 120_000
const mostAnswers = 20_000
/** Of one answer; far beyond what a model says at once. */
const mostBytes = 512 * 1024
const mostBytesOfAll = 64 * 1024 * 1024
const mostFollowers = 8

/**
 * The answers that this instance makes for people, and those it made just now, so that who is cut off takes up the stream where it
 * broke (docs/adr/0034-answers-outlive-connections.md).
 */
export function createAnswers(bus: Bus): Answers {
  const instance = randomUUID().slice(0, 8)
  const answers = new Map<string, Answer>()
  let bytesOfAll = 0

  function forget(answer: Answer) {
    clearTimeout(answer.forgetting)
    answer.stop.abort(new Problem('timeout', 'Nobody listened to the answer any more'))
    if (answers.delete(answer.turnId)) bytesOfAll -= answer.bytes
  }

  /** Makes place by what ended first. @throws Problem `overloaded` when all are still being made */
  function makePlace() {
    for (const answer of answers.values()) {
      if (answers.size < mostAnswers && bytesOfAll < mostBytesOfAll) return
      if (answer.outcome && answer.followers === 0) forget(answer)
    }
    if (answers.size >= mostAnswers || bytesOfAll >= mostBytesOfAll)
      throw new Problem('overloaded', 'Too many answers are being made', { retryAfterS: 5 })
  }

  function keep(answer: Answer, part: AnswerPart['part']) {
    const bytes = JSON.stringify(part).length
    answer.bytes += bytes
    bytesOfAll += bytes
    if (answer.bytes > mostBytes) throw new Problem('too-large', 'The answer is longer than an answer may be')
    answer.told.push({ sequence: answer.told.length + 1, part })
    answer.events.emit('news')
  }

  async function make(answer: Answer, question: AskInput) {
    try {
      for await (const part of bus.stream(chat.ask, question, { signal: answer.stop.signal })) keep(answer, part)
      answer.outcome = {}
    } catch (failure) {
      answer.outcome = failure === stopped ? {} : { failure }
    }
    answer.events.emit('news')
  }

  async function* listen(answer: Answer, after: number, signal: AbortSignal): AsyncGenerator<AnswerPart> {
    if (answer.followers >= mostFollowers) throw new Problem('overloaded', 'Too many listen to this answer')
    answer.followers++
    clearTimeout(answer.forgetting)
    try {
      for (let at = after; ;) {
        const next = answer.told[at]
        if (next) {
          at++
          yield next
        } else if (answer.outcome) {
          if ('failure' in answer.outcome) throw answer.outcome.failure
          return
        } else await once(answer.events, 'news', { signal })
      }
    } finally {
      answer.followers--
      if (answer.followers === 0) forgetLater(answer)
    }
  }

  function forgetLater(answer: Answer) {
    answer.forgetting = setTimeout(() => forget(answer), keptMs)
  }

  function find(userId: string, turnId: string): Answer {
    const answer = answers.get(turnId)
    if (answer?.owner !== userId) throw notKnown()
    return answer
  }

  function stopHere(answer: Answer): boolean {
    if (answer.outcome) return false
    answer.stop.abort(stopped)
    return true
  }

  const tokens = { instance }
  const served = [
    bus.handle(
      app.answer,
      ({ turnId, after }, { identity, signal }) => listen(find(identity.userId, turnId), after, signal),
      { tokens, concurrency: mostAnswers },
    ),
    bus.handle(app.stopAnswer, ({ turnId }, { identity }) => ({ stopped: stopHere(find(identity.userId, turnId)) }), {
      tokens,
    }),
  ]

  return {
    begin: (owner, question) => {
      makePlace()
      const { turnId } = question
      const answer: Answer = {
        turnId,
        owner,
        told: [],
        bytes: 0,
        outcome: undefined,
        stop: new AbortController(),
        events: new EventEmitter(),
        followers: 0,
        forgetting: undefined,
      }
      answers.set(turnId, answer)
      forgetLater(answer)
      void make(answer, question)
      return `${instance}.${turnId}`
    },
    follow: (userId, id, after, signal) => {
      const { at, turnId } = readId(id)
      if (at === instance) return listen(find(userId, turnId), after, signal)
      return followElsewhere(bus.stream(app.answer, { turnId, after }, { tokens: { instance: at }, signal }))
    },
    stop: async (userId, id) => {
      const { at, turnId } = readId(id)
      if (at === instance) return stopHere(find(userId, turnId))
      const asked = bus.request(app.stopAnswer, { turnId }, { tokens: { instance: at } })
      return (await asked.catch(refuseGone)).stopped
    },
    [Symbol.asyncDispose]: async () => {
      for (const subscription of served) subscription.stop()
      for (const answer of answers.values()) forget(answer)
    },
  }
}

/** The reason with which its owner ends an answer. */
const stopped = new Error('The answer was stopped')

async function* followElsewhere(parts: AsyncIterable<AnswerPart>): AsyncGenerator<AnswerPart> {
  let heard = false
  try {
    for await (const part of parts) {
      heard = true
      yield part
    }
  } catch (error) {
    if (heard) throw error
    refuseGone(error)
  }
}

/** An instance that nobody hears of any more has taken its answers with it. */
function refuseGone(error: unknown): never {
  throw error instanceof Problem && error.code === 'unavailable' ? notKnown() : error
}

function readId(id: AnswerId): { at: string; turnId: string } {
  const [, at, turnId] = /^([0-9a-f]{8})\.([0-9a-f-]{36})$/.exec(id) ?? []
  if (at === undefined || turnId === undefined) throw notKnown()
  return { at, turnId }
}

function notKnown(): Problem {
  return new Problem('not-found', 'This answer is not known any more: read the conversation instead')
}
