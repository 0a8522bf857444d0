import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** A request as it came: header names in lower case, the body's very bytes. */
export type FakeRequest = {
  method: string
  /** As in the request line, without the query. */
  path: string
  /** As in the request line, still encoded. */
  query: string
  headers: IncomingMessage['headers']
  body: string
}

export type FakeAnswer =
  | { status?: number; type?: string; headers?: Record<string, string>; body: unknown }
  | 'silence'
  | 'cut'

export type FakeServer = AsyncDisposable & { readonly url: string }

/** A vendor on loopback: one function that answers everything. What is no text is sent as JSON. */
export async function startFakeServer(
  answer: (request: FakeRequest) => FakeAnswer | Promise<FakeAnswer>,
): Promise<FakeServer> {
  const server = createServer((request, response) => void serve(request, response).catch(() => response.destroy()))

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = (await buffer(request)).toString()
    const [path = '/', query = ''] = (request.url ?? '/').split('?', 2)
    const given = await answer({ method: request.method ?? '', path, query, headers: request.headers, body })
    // Silence needs nothing: the connection stays open until the client leaves.
    if (given === 'silence') return
    if (given === 'cut') return void response.destroy()
    const text = typeof given.body === 'string' ? given.body : JSON.stringify(given.body)
    const type = given.type ?? 'application/json'
    response.writeHead(given.status ?? 200, { 'content-type': type, ...given.headers }).end(text)
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
