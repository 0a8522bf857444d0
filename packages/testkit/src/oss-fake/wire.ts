import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Answer } from './operations.ts'
import { OssError } from './oss-error.ts'
import type { OssFakeRequest } from './record.ts'

/** One request with its answer, as bytes. */
export type Wire = {
  readBody: (mostBytes: number) => Promise<Buffer>
  send: (answer: Answer) => void
  refuse: (error: unknown) => void
  /** Cuts the connection, behind the first bytes of an answer. */
  cut: (afterBytes: number, answer?: Answer) => undefined
}

let requestCount = 0

export function openWire(
  message: IncomingMessage,
  response: ServerResponse,
  record: OssFakeRequest,
  changed: () => void,
): Wire {
  const requestId = (++requestCount).toString(16).toUpperCase().padStart(24, '0')
  response.once('close', () => {
    if (record.outcome === 'open') record.outcome = response.writableFinished ? 'completed' : 'aborted'
    changed()
  })

  const head = ({ status, headers, body = '' }: Answer) => {
    record.status = status
    if (!message.complete && hasBody(message)) response.setHeader('connection', 'close')
    const bodyless = status === 204 || message.method === 'HEAD'
    const length = bodyless ? undefined : { 'content-length': String(Buffer.byteLength(body)) }
    response.writeHead(status, { server: 'AliyunOSS', 'x-oss-request-id': requestId, ...length, ...headers })
  }
  const send = (answer: Answer) => {
    if (response.destroyed) return
    head(answer)
    response.end(answer.body)
  }
  return {
    readBody: (mostBytes) => readAll(message, mostBytes),
    send,
    refuse: (error) => {
      const refusal = error instanceof OssError ? error : new OssError(500, 'InternalError', String(error))
      const body = refusal.toXml(requestId, message.headers.host ?? '')
      const headers = { 'content-type': 'application/xml' }
      send(message.method === 'HEAD' ? { status: refusal.status, headers } : { status: refusal.status, headers, body })
    },
    cut: (afterBytes, answer) => {
      record.outcome = 'cut'
      if (!answer) return void message.socket.destroy()
      head(answer)
      response.write(Buffer.from(answer.body ?? '').subarray(0, afterBytes))
      message.socket.destroySoon()
    },
  }
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

/** Rejects when the client goes before its body is whole: then nothing is stored. */
async function readAll(message: IncomingMessage, mostBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > mostBytes) {
      throw new OssError(400, 'EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size.')
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
