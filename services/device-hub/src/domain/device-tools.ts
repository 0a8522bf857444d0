import { Problem, type OfferedTool, type ToolCall, type ToolResult } from '@parley/contracts'
import { mcpNotification, mcpRequest, readCallResult, readMcpReply, readToolsPage } from '@parley/device-protocol'
import { shareTools } from './shared-tools.ts'
import type { Clock, Link } from './ports.ts'

export type DeviceTools = {
  /** The tools that the device has told of so far, those for people only among them. */
  list: () => OfferedTool[]
  /** @throws Problem `timeout`, `unavailable` when the device goes, or the signal's reason. */
  call: (call: ToolCall, options: { signal?: AbortSignal }) => Promise<ToolResult>
  /** A JSON-RPC message of the device. */
  receive: (payload: Record<string, unknown>) => void
  /** Fails what is still waiting. */
  close: () => void
}

const listTimeoutMs = 10_000
const callTimeoutMs = 10_000
/** A camera takes a picture, uploads it, and waits for what is said about it. */
const slowCallTimeoutMs = 30_000
const slow = /photo|camera|snapshot|firmware/i
/** Firmware keeps an id in a C int. */
const lastIdThere = 2 ** 31 - 1
/** A device that hands out cursors without end is not believed. */
const mostPages = 32
/** What a reply may be told of (`ReplyInput`). */
const mostTools = 128

export type DeviceToolsSettings = {
  link: Link
  clock: Clock
  /** Where the device's camera sends what it sees. */
  vision?: Vision | undefined
  /** Its tools are known, or it was not to be found out. */
  onReady?: () => void
}

/** Where a device asks what is to be seen in a picture, and what it shows there. */
export type Vision = { url: string; token: string }

type Waiting = { resolve: (result: Record<string, unknown>) => void; reject: (error: unknown) => void }

/**
 * The tools on a device, over its own connection: the device is the MCP server, we are the client. Ids are numbers that
 * only grow; a reply that nobody waits for is ignored.
 */
export function connectDeviceTools({ link, clock, vision, onReady }: DeviceToolsSettings): DeviceTools {
  const waiting = new Map<number, Waiting>()
  let tools: OfferedTool[] = []
  let lastId = 0
  let closed = false

  function ask(method: string, params: Record<string, unknown>, timeoutMs: number): Promise<Record<string, unknown>> {
    if (closed) return Promise.reject(new Problem('unavailable', 'The device is not connected'))
    const id = (lastId = (lastId % lastIdThere) + 1)
    return new Promise<Record<string, unknown>>((resolve, reject) => {
      const cancelTimer = clock.after(timeoutMs, () => {
        waiting.delete(id)
        reject(new Problem('timeout', `The device gave no answer to ${method} in ${timeoutMs} ms`))
      })
      const settle = (act: () => void) => {
        cancelTimer()
        waiting.delete(id)
        act()
      }
      waiting.set(id, {
        resolve: (result) => settle(() => resolve(result)),
        reject: (error) => settle(() => reject(error)),
      })
      link.send({ type: 'mcp', payload: mcpRequest(id, method, params) })
    })
  }

  async function discover() {
    const clientInfo = { name: 'parley', version: '1' }
    const capabilities = vision ? { vision } : {}
    await ask('initialize', { protocolVersion: '2024-11-05', capabilities, clientInfo }, listTimeoutMs)
    link.send({ type: 'mcp', payload: mcpNotification('notifications/initialized') })
    const seen = new Set<string>()
    for (let cursor = '', pages = 0; pages < mostPages; pages++) {
      const page = readToolsPage(await ask('tools/list', { cursor, withUserTools: true }, listTimeoutMs))
      tools = shareTools([...tools, ...page.tools].slice(0, mostTools))
      if (!page.nextCursor || seen.has(page.nextCursor)) return
      seen.add(page.nextCursor)
      cursor = page.nextCursor
    }
  }

  // A device without an answer simply has no tools; the conversation goes on.
  void discover()
    .catch(() => undefined)
    .then(() => closed || onReady?.())

  return {
    list: () => tools,
    call: async ({ name, arguments: given }, { signal }) => {
      signal?.throwIfAborted()
      const timeoutMs = slow.test(name) ? slowCallTimeoutMs : callTimeoutMs
      const asked = ask('tools/call', { name, arguments: given }, timeoutMs).then(readCallResult, (error: unknown) => {
        if (error instanceof ToolFailure) return { text: error.message, failed: true }
        throw error
      })
      if (!signal) return asked
      const { promise: aborted, reject } = Promise.withResolvers<never>()
      const onAbort = () => reject(signal.reason)
      signal.addEventListener('abort', onAbort, { once: true })
      return Promise.race([asked, aborted]).finally(() => signal.removeEventListener('abort', onAbort))
    },
    receive: (payload) => {
      const reply = readMcpReply(payload)
      const asker = reply && waiting.get(reply.id)
      if (reply?.error) asker?.reject(new ToolFailure(reply.error.message))
      else asker?.resolve(reply?.result ?? {})
    },
    close: () => {
      closed = true
      for (const { reject } of waiting.values()) reject(new Problem('unavailable', 'The device is gone'))
    },
  }
}

/** The device's own "no", to be told to whoever called the tool. */
class ToolFailure extends Error {
  override readonly name = 'ToolFailure'
}
