import type { ChatBody } from './chat-body.ts'
import { createChunkWriter, toAnswer, toCompletion, type Answer, type Delta } from './chat-wire.ts'
import type { Exchange } from './exchange.ts'
import type { ChatScript } from './script.ts'

const sseHeaders = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' }

/** Answers one chat completion as its script says; token n is due at a moment that was fixed when the request came. */
export async function answerChat(
  exchange: Exchange,
  body: ChatBody,
  script: ChatScript,
  receivedAt: number,
): Promise<void> {
  const { firstTokenMs = 0, tokenMs = 0 } = script
  const answer = toAnswer(body, script)
  const dueAt = (index: number) => receivedAt + firstTokenMs + index * tokenMs
  if (body.stream) return streamAnswer(exchange, body, script, answer, dueAt)
  if (await exchange.waitUntil(dueAt(answer.deltas.length - 1))) exchange.json(200, toCompletion(body, answer))
}

async function streamAnswer(
  exchange: Exchange,
  body: ChatBody,
  script: ChatScript,
  { deltas, finishReason, usage }: Answer,
  dueAt: (index: number) => number,
): Promise<void> {
  const { keepAliveMs, breakAfterTokens = Infinity, stallAfterTokens = Infinity } = script
  const stopAt = Math.min(deltas.length, breakAfterTokens, stallAfterTokens)
  const writer = createChunkWriter(body)
  exchange.head(200, sseHeaders)
  if (keepAliveMs) comment(exchange, keepAliveMs)

  if (!(await exchange.waitUntil(dueAt(0)))) return
  exchange.write(writer.delta({ role: 'assistant', content: firstContent(deltas), refusal: null }))
  for (let next = 0; next < stopAt;) {
    if (!(await exchange.waitUntil(dueAt(next)))) return
    const now = performance.now()
    let events = ''
    // A timer that came late brings all the tokens that are due by now.
    do events += writer.delta(deltas[next++] as Delta)
    while (next < stopAt && dueAt(next) <= now)
    exchange.write(events)
  }
  if (breakAfterTokens === stopAt) return exchange.break()
  if (stallAfterTokens === stopAt) return void (await exchange.waitForever())
  exchange.end(
    writer.finish(finishReason) + (body.stream_options?.include_usage ? writer.usage(usage) : '') + writer.done,
  )
}

function firstContent(deltas: Delta[]): string | null {
  return deltas[0]?.tool_calls ? null : ''
}

function comment(exchange: Exchange, everyMs: number) {
  const timer = setInterval(() => exchange.write(': keep-alive\n\n'), everyMs)
  exchange.onClose(() => clearInterval(timer))
}
