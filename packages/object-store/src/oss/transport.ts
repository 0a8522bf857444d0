import { Readable } from 'node:stream'
import { Agent, request as send, type Dispatcher } from 'undici'

/** What ali-oss asks of its HTTP client (`urllib`) for one request, as far as this package makes it ask. */
type Asked = {
  method: Dispatcher.HttpMethod
  headers: Record<string, string>
  content?: string | Buffer
  stream?: Readable
  /** The answer's body is wanted as a stream. */
  customResponse?: boolean
  ctx?: { signal?: AbortSignal }
}

type Received = {
  status: number
  headers: Record<string, string | string[] | undefined>
  data: Buffer | undefined
  res: Readable | { status: number; headers: Received['headers'] }
}

export type Transport = AsyncDisposable & { request: (url: string, asked: Asked) => Promise<Received> }

const idleConnectionMs = 30_000

/**
 * The HTTP client that ali-oss works over. Its own one has one timeout for all of an upload, however large, cannot be aborted
 * and keeps its connections when the store is closed. Here a request fails when nothing moves for `timeoutMs`, in either
 * direction, and ends with the signal in its `ctx`.
 */
export function createTransport({ timeoutMs }: { timeoutMs: number }): Transport {
  const dispatcher = new Agent({
    connect: { timeout: timeoutMs },
    headersTimeout: 0,
    bodyTimeout: timeoutMs,
    keepAliveTimeout: idleConnectionMs,
  })

  async function request(
    url: string,
    { method, headers, content, stream, customResponse, ctx }: Asked,
  ): Promise<Received> {
    const idle = new AbortController()
    const timer = setTimeout(
      () => idle.abort(new TransportError('ConnectionTimeoutError', -2, 'Nothing moved')),
      timeoutMs,
    )
    const signal = ctx?.signal ? AbortSignal.any([idle.signal, ctx.signal]) : idle.signal
    // Undici knows how a body is sent, and ali-oss counts characters for bytes.
    const { 'Transfer-Encoding': _, 'Content-Length': __, ...rest } = headers
    try {
      // Undici takes what can be iterated; its types say less.
      const body = stream ? (watch(stream, timer) as unknown as Readable) : (content ?? null)
      const answer = await send(url, { method, headers: rest, body, signal, dispatcher })
      const { statusCode: status, headers: received } = answer
      const streamed = customResponse === true && status < 300
      if (streamed) return { status, headers: received, data: undefined, res: answer.body }
      const data = Buffer.from(await answer.body.arrayBuffer())
      return { status, headers: received, data, res: { status, headers: received } }
    } catch (error) {
      throw toTransportError(error)
    } finally {
      clearTimeout(timer)
    }
  }

  return { request, [Symbol.asyncDispose]: () => dispatcher.destroy() }
}

/** `status` as ali-oss knows it: -1 for the network, -2 for a timeout. It makes an error of its own of `name` and `message`. */
class TransportError extends Error {
  readonly status: -1 | -2
  constructor(name: string, status: -1 | -2, message: string) {
    super(message)
    this.name = name
    this.status = status
  }
}

async function* watch(stream: Readable, timer: NodeJS.Timeout): AsyncGenerator<Buffer> {
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    timer.refresh()
    yield chunk
  }
  timer.refresh()
}

function toTransportError(error: unknown): TransportError {
  if (error instanceof TransportError) return error
  const { code, message } = error as { code?: string; message?: string }
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') {
    return new TransportError('ConnectionTimeoutError', -2, String(message))
  }
  return new TransportError('RequestError', -1, String(message))
}
