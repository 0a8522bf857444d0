import { app, AskInput, chat, Problem, ReplyPart, type AnswerPart } from '@parley/contracts'
import { z } from 'zod'
import type { Answers } from '../answers.ts'
import { sendEvents } from '../http/event-stream.ts'
import { personOf, sent, serving, type Exchange, type Route } from './route.ts'

const own = { tag: 'Conversations', auth: 'user', scope: 'chat' } as const
const One = z.object({ answerId: z.string().max(64) })
const [Started, ...others] = ReplyPart.options

/** The data of each event: a reply as it is made, its beginning with what tells the answer apart. */
const AnswerEvent = z.discriminatedUnion('type', [
  Started.extend({ answerId: z.string(), turnId: z.uuid() }),
  ...others,
])
const answer = { type: 'text/event-stream', schema: AnswerEvent, description: 'Events; what they say is in `data`' }

export type AnswerRoutesSettings = { answers: Pick<Answers, 'begin' | 'follow' | 'stop'> }

/** Questions in a conversation whose answer comes as server-sent events, and can be taken up again where a stream broke. */
export function answerRoutes({ answers }: AnswerRoutesSettings): Route[] {
  return [
    serving({
      ...own,
      method: 'post',
      path: '/api/v1/conversations/ask',
      operationId: 'ask',
      summary:
        'A question in a conversation, a new one or yours; the answer as events as it is made. With `Last-Event-ID` nothing is asked: the answer goes on after that event',
      rate: 'chat',
      body: AskInput.omit({ turnId: true }),
      contract: chat.ask,
      answer,
      handle: async (exchange) => {
        const last = readLastEvent(exchange)
        if (last) return send(exchange, last)
        const { body, newId } = exchange
        const answerId = answers.begin(personOf(exchange).userId, { turnId: newId(), ...body })
        return send(exchange, { answerId, after: 0 })
      },
    }),
    serving({
      ...own,
      method: 'get',
      path: '/api/v1/answers/:answerId',
      operationId: 'followAnswer',
      summary:
        'An answer that is being made, or was two minutes ago, from its beginning or after `Last-Event-ID`; 204 when that was all of it',
      owned: true,
      params: One,
      contract: app.answer,
      answer,
      handle: async (exchange) => {
        const { answerId } = exchange.params
        return send(exchange, { answerId, after: readLastEvent(exchange, answerId)?.after ?? 0 })
      },
    }),
    serving({
      ...own,
      method: 'delete',
      path: '/api/v1/answers/:answerId',
      operationId: 'stopAnswer',
      summary: 'Stop the making of an answer; what was said of it stays',
      owned: true,
      params: One,
      contract: app.stopAnswer,
      answer: { schema: z.object({ stopped: z.boolean() }) },
      handle: async (exchange) => ({
        stopped: await answers.stop(personOf(exchange).userId, exchange.params.answerId),
      }),
    }),
  ]

  async function send(exchange: Exchange, { answerId, after }: LastEvent): Promise<typeof sent> {
    const { response, signal } = exchange
    const parts = answers.follow(personOf(exchange).userId, answerId, after, signal)[Symbol.asyncIterator]()
    const first = await parts.next()
    // A client of server-sent events takes it as the end, and does not come again.
    if (first.done) response.status(204).end()
    else await sendEvents(response, toEvents(answerId, first.value, parts), { signal })
    return sent
  }
}

type LastEvent = { answerId: string; after: number }

/** Where a client was cut off. @throws Problem `bad-request` for what is no event, or one of another answer than `of` */
function readLastEvent({ request }: Pick<Exchange, 'request'>, of?: string): LastEvent | undefined {
  const given = request.get('last-event-id')
  if (given === undefined || given === '') return undefined
  const [, answerId = '', after = ''] = /^([0-9a-f]{8}\.[0-9a-f-]{36})\.(\d{1,9})$/.exec(given) ?? []
  if (answerId === '' || (of ?? answerId) !== answerId)
    throw new Problem('bad-request', 'This Last-Event-ID is none of such an answer')
  return { answerId, after: Number(after) }
}

async function* toEvents(answerId: string, first: AnswerPart, others: AsyncIterator<AnswerPart>) {
  const [, turnId = ''] = answerId.split('.')
  const toEvent = ({ sequence, part }: AnswerPart) => ({
    id: `${answerId}.${sequence}`,
    data: part.type === 'started' ? { ...part, answerId, turnId } : part,
  })
  try {
    yield toEvent(first)
    for (let next = await others.next(); !next.done; next = await others.next()) yield toEvent(next.value)
  } finally {
    await others.return?.()
  }
}
