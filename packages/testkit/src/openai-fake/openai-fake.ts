import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ApiError } from './api-error.ts'
import { openExchange } from './exchange.ts'
import { createRequestLog, type RequestLog } from './record.ts'
import { createRouter, kindOf, type Answer } from './router.ts'
import type { OpenAiFakeSettings } from './script.ts'
import { openVoiceLoop } from './voice-loop.ts'

/** An OpenAI-compatible server on loopback that does as it is told. */
export type OpenAiFake = AsyncDisposable &
  Pick<RequestLog, 'requests' | 'find'> & {
    /** Up to and including the version: `http://127.0.0.1:<port>/v1`. */
    readonly baseUrl: string
  }

const idleConnectionMs = 60_000

/** Starts the server. Delays count from the moment at which a request has arrived as a whole. */
export async function startOpenAiFake(settings: OpenAiFakeSettings = {}): Promise<OpenAiFake> {
  const log = createRequestLog()
  const answer = createRouter(settings, await openVoiceLoop())
  const server = createServer((request, response) => void serve(request, response, log, answer))
  server.keepAliveTimeout = idleConnectionMs
  server.listen(settings.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests: log.requests,
    find: log.find,
    [Symbol.asyncDispose]: async () => {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  log: RequestLog,
  answer: Answer,
): Promise<void> {
  const path = (request.url ?? '/').replace(/\?.*$/, '')
  const apiKey = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  const record = log.open({ kind: kindOf(request.method, path), path, apiKey })
  const exchange = openExchange(request, response, record, log.changed)
  try {
    await answer(exchange)
  } catch (error) {
    const failure = error instanceof ApiError ? error : new ApiError(500, String(error))
    if (!response.headersSent && !response.destroyed) exchange.json(failure.status, failure.body, failure.headers)
  }
}
