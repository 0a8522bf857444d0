import { Problem } from '@parley/contracts'
import type { IncomingMessage } from 'node:http'
import { WebSocket } from 'ws'

export type VendorSocketSettings = {
  url: string
  headers?: Record<string, string>
  /** What it is, for problems, such as `The speech recognition`. */
  who: string
  timeoutMs: number
  signal?: AbortSignal | undefined
}

/** One message: text, or bytes. */
export type VendorMessage = { text: string } | { bytes: Uint8Array }

/** A WebSocket to a vendor. Messages that nobody takes are kept, up to a bound at which the vendor is made to wait. */
export type VendorSocket = Disposable & {
  /** Does nothing once it is closed. */
  send: (data: string | Uint8Array) => void
  /** The next message; undefined when the vendor has closed the connection. */
  next: () => Promise<VendorMessage | undefined>
  readonly open: boolean
  readonly openedAtMs: number
  /** Why it is closed, for the log: the vendor's own words are not for others. */
  readonly closeReason: string
}

const mostKept = 64
const mostMessageBytes = 16 * 1024 * 1024

/**
 * @throws Problem `provider-rejected` when the upgrade is refused for good, `provider-failed` or `timeout` when it may work
 * later; the signal's reason
 */
export async function openVendorSocket(settings: VendorSocketSettings): Promise<VendorSocket> {
  const { url, headers = {}, who, timeoutMs, signal } = settings
  signal?.throwIfAborted()
  const client = new WebSocket(url, {
    headers,
    perMessageDeflate: false,
    handshakeTimeout: timeoutMs,
    maxPayload: mostMessageBytes,
  })
  // Errors after the opening end in `close`, which is what counts.
  client.on('error', () => undefined)
  const messages = createMessages(client)
  let onAbort: (() => void) | undefined
  try {
    await new Promise<void>((resolve, reject) => {
      onAbort = () => reject(signal?.reason)
      signal?.addEventListener('abort', onAbort, { once: true })
      client.once('open', resolve)
      client.once('unexpected-response', (_request, response) => reject(refusal(who, response)))
      client.once('error', (error) => reject(unreachable(who, error, timeoutMs)))
    })
  } catch (error) {
    client.terminate()
    throw error
  } finally {
    if (onAbort) signal?.removeEventListener('abort', onAbort)
  }
  const openedAtMs = performance.now()
  return {
    send: (data) => {
      if (client.readyState === WebSocket.OPEN) client.send(data)
    },
    next: messages.next,
    get open() {
      return client.readyState === WebSocket.OPEN
    },
    get closeReason() {
      return messages.closeReason()
    },
    openedAtMs,
    [Symbol.dispose]: () => client.terminate(),
  }
}

function createMessages(client: WebSocket) {
  const kept: VendorMessage[] = []
  const waiting: ((message: VendorMessage | undefined) => void)[] = []
  let closed = false
  let reason = ''

  client.on('message', (data: Buffer, isBinary) => {
    const message = isBinary ? { bytes: new Uint8Array(data) } : { text: data.toString() }
    const taker = waiting.shift()
    if (taker) return taker(message)
    kept.push(message)
    if (kept.length >= mostKept) client.pause()
  })
  client.on('close', (code, text) => {
    closed = true
    reason = `${code} ${text.toString()}`.trim()
    for (const taker of waiting.splice(0)) taker(undefined)
  })

  return {
    closeReason: () => reason,
    next: (): Promise<VendorMessage | undefined> => {
      const message = kept.shift()
      if (kept.length < mostKept && client.isPaused) client.resume()
      if (message || closed) return Promise.resolve(message)
      return new Promise((resolve) => waiting.push(resolve))
    },
  }
}

function refusal(who: string, response: IncomingMessage): Problem {
  const { statusCode: status = 0 } = response
  response.resume()
  return toStatusProblem(status, who)
}

/** What an HTTP status says about trying again. */
export function toStatusProblem(status: number, who: string, cause?: unknown): Problem {
  const refused = status >= 400 && status < 500 && ![408, 409, 429].includes(status)
  return refused
    ? new Problem('provider-rejected', `${who} refused the request (${status})`, { cause })
    : new Problem('provider-failed', `${who} failed (${status})`, { cause })
}

function unreachable(who: string, error: Error, timeoutMs: number): Problem {
  return /handshake has timed out/i.test(error.message)
    ? new Problem('timeout', `${who} did not answer within ${timeoutMs} ms`, { cause: error })
    : new Problem('provider-failed', `${who} cannot be reached`, { cause: error })
}
