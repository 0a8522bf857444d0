import { createServer } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'

/**
 * A model on loopback that does as little as one can, with OpenAI's wire form: the question says what it answers, as JSON
 * `{"id", "tokens", "tokenMs"}`. Every token names the answer and its own number, so that none can be lost or come twice unseen.
 */
const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const { stream, messages } = JSON.parse(Buffer.concat(chunks).toString()) as {
      stream?: boolean
      messages: { content: string }[]
    }
    const asked = JSON.parse(messages.at(-1)?.content ?? '{}') as { id: string; tokens: number; tokenMs: number }
    if (stream) void answerInPieces(asked)
    else {
      const message = { role: 'assistant', content: textOf(asked) }
      const choices = [{ index: 0, message, finish_reason: 'stop' }]
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ ...head, object: 'chat.completion', choices, usage: usageOf(asked) }))
    }
  })

  async function answerInPieces(asked: { id: string; tokens: number; tokenMs: number }) {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const send = (body: object) => response.write(`data: ${JSON.stringify({ ...head, ...body })}\n\n`)
    const choice = (delta: object, reason: string | null = null) =>
      send({ choices: [{ index: 0, delta, finish_reason: reason }] })
    for (let index = 0; index < asked.tokens && !response.destroyed; index++) {
      if (asked.tokenMs > 0) await delay(asked.tokenMs)
      choice({ content: tokenOf(asked.id, index) })
    }
    choice({}, 'stop')
    send({ choices: [], usage: usageOf(asked) })
    response.end('data: [DONE]\n\n')
  }
})

const head = { id: 'chatcmpl-bench', object: 'chat.completion.chunk', created: 1, model: 'bench' }
const tokenOf = (id: string, index: number) => `${id}:${index} `
const textOf = ({ id, tokens }: { id: string; tokens: number }) =>
  Array.from({ length: tokens }, (_, index) => tokenOf(id, index)).join('')
const usageOf = ({ tokens }: { tokens: number }) => ({
  prompt_tokens: 20,
  completion_tokens: tokens,
  total_tokens: 20 + tokens,
})

server.listen(0, '127.0.0.1', 4_096, () => {
  const address = server.address()
  if (address && typeof address === 'object') process.send?.({ baseUrl: `http://127.0.0.1:${address.port}/v1` })
})
process.on('SIGTERM', () => process.exit(0))
