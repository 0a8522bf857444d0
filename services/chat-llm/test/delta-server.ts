import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { listen } from '@parley/service-kit'

type Delta = Record<string, unknown>

/** How one request is answered. Deltas go out one after the other, then `then` happens. */
export type FakeAnswer = {
  status?: number
  headers?: Record<string, string>
  deltas?: Delta[]
  /** Nothing is sent before this. */
  after?: Promise<void>
  /** `finish`: reason, usage and `[DONE]`. `stall`: silence but for keep-alive comments. The others break off. */
  then?: 'finish' | 'stall' | 'disconnect' | 'end-early' | 'error-event'
  finishReason?: string
}

export type FakeRequest = {
  body: {
    model: string
    messages: Record<string, unknown>[]
    tools?: unknown[]
    stream_options?: { include_usage?: boolean }
  } & Record<string, unknown>
  headers: IncomingMessage['headers']
  /** Resolves when the caller closes the connection before the answer is complete. */
  aborted: Promise<void>
}

export type DeltaServer = AsyncDisposable & {
  readonly baseUrl: string
  readonly requests: FakeRequest[]
  /** Says how requests are answered from now on; `index` counts from then. */
  answerWith: (answer: (request: FakeRequest, index: number) => FakeAnswer) => void
}

export const words = (...texts: string[]): Delta[] => texts.map((content) => ({ content }))

/** A tool call in the pieces in which vendors send it. */
export function toolCall(name: string, argumentPieces: string[], id = 'call_1', index = 0): Delta[] {
  return [
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }],
    },
    ...argumentPieces.map((text) => ({ tool_calls: [{ index, function: { arguments: text } }] })),
  ]
}

/**
 * A chat completions endpoint on loopback that streams the very deltas it is told, also those that no correct server sends:
 * for the quirks of vendors. A server that behaves is `@parley/testkit/openai-fake`.
 */
export async function startDeltaServer(): Promise<DeltaServer> {
  const requests: FakeRequest[] = []
  let answer: (request: FakeRequest, index: number) => FakeAnswer = () => ({ deltas: words('Hello', ' there.') })
  let count = 0
  const server = createServer((message, response) => {
    void readBody(message).then(async (body) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      response.on('close', () => response.writableEnded || resolve())
      const request: FakeRequest = { body: JSON.parse(body), headers: message.headers, aborted: promise }
      requests.push(request)
      const told = answer(request, count++)
      await told.after
      send(response, request, told)
    })
  })
  const listening = await listen(server, 0)
  return {
    baseUrl: `http://127.0.0.1:${listening.port}/v1`,
    requests,
    answerWith: (next) => {
      answer = next
      count = 0
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await listening[Symbol.asyncDispose]()
    },
  }
}

function send(response: ServerResponse, request: FakeRequest, answer: FakeAnswer): void {
  const { status = 200, headers = {}, deltas = [], then = 'finish', finishReason = 'stop' } = answer
  if (status !== 200) {
    const error = { message: `no: ${status}`, type: 'some_error', param: null, code: null }
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify({ error }))
    return
  }
  const withUsage = request.body.stream_options?.include_usage === true
  const base = {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: request.body.model,
    service_tier: 'default',
  }
  const write = (chunk: object) => response.write(`data: ${JSON.stringify(chunk)}\n\n`)
  const choice = (delta: Delta, reason: string | null = null) =>
    write({
      ...base,
      choices: [{ index: 0, delta, finish_reason: reason, logprobs: null }],
      ...(withUsage && { usage: null }),
    })

  response.writeHead(200, { 'content-type': 'text/event-stream' })
  choice({ role: 'assistant', content: '' })
  response.write(': keep-alive\n\n')
  for (const delta of deltas) choice(delta)
  if (then === 'stall') return keepAlive(response)
  if (then === 'disconnect') return void response.write('\n', () => response.destroy())
  if (then === 'end-early') return void response.end()
  if (then === 'error-event') {
    const error = { message: 'overloaded', type: 'server_error', param: null, code: null }
    return void response.end(`event: error\ndata: ${JSON.stringify({ error })}\n\n`)
  }
  choice({}, finishReason)
  if (withUsage) write({ ...base, choices: [], usage: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 } })
  response.end('data: [DONE]\n\n')
}

function keepAlive(response: ServerResponse): void {
  const timer = setInterval(() => response.write(': keep-alive\n\n'), 20)
  response.on('close', () => clearInterval(timer))
}

async function readBody(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
