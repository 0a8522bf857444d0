import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPError } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import { ErrorCode, McpError, ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js'
import { Problem, type ToolResult } from '@parley/contracts'
import { z } from 'zod'
import type { Peer, PeerEvents, PeerTool } from '../../domain/mcp/ports.ts'

const openMs = 10_000
const mostTools = 64
const mostPages = 16
const longestDescription = 1_000
const largestSchema = 16_000
const longestName = 96
const longestResult = 64_000

/** A session that the server does not know any more (it was restarted): it is asked for another one. */
export function isSessionLost(error: unknown): boolean {
  return error instanceof StreamableHTTPError && error.code === 404
}

/** Shakes hands over a transport and reads the list of tools. @throws what the transport or the server says instead */
export async function openPeer(transport: Transport, events: PeerEvents = {}): Promise<Peer> {
  const client = new Client({ name: 'parley', version: '1' }, { capabilities: {} })
  Object.assign(client, {
    onclose: () => events.onClose?.(),
    onerror: (error: unknown) => events.onError?.(error),
  })
  let tools: readonly PeerTool[] = []

  async function refresh() {
    tools = await listTools(client)
    events.onTools?.(tools)
  }

  try {
    await client.connect(transport, { timeout: openMs })
    if (client.getServerCapabilities()?.tools) {
      client.setNotificationHandler(ToolListChangedNotificationSchema, async () => {
        await refresh().catch((error: unknown) => events.onError?.(error))
      })
      await refresh()
    }
  } catch (error) {
    await client.close().catch(() => undefined)
    throw error
  }
  const { name = 'unnamed', version = '' } = client.getServerVersion() ?? {}

  return {
    about: { name: name.slice(0, 64), version: version.slice(0, 32) },
    get tools() {
      return tools
    },
    call: async (call, { timeoutMs, signal }) => {
      try {
        const options = { timeout: timeoutMs, maxTotalTimeout: timeoutMs, signal }
        return toResult(await client.callTool({ name: call.name, arguments: call.arguments }, undefined, options))
      } catch (error) {
        signal.throwIfAborted()
        if (isSessionLost(error)) throw error
        throw toToolProblem(error)
      }
    },
    [Symbol.asyncDispose]: () => client.close(),
  }
}

async function listTools(client: Client): Promise<PeerTool[]> {
  const found: PeerTool[] = []
  let cursor: string | undefined
  for (let page = 0; page < mostPages && found.length < mostTools; page++) {
    const { tools, nextCursor } = await client.listTools({ ...(cursor && { cursor }) }, { timeout: openMs })
    found.push(...tools.flatMap(toPeerTool))
    if (!nextCursor) break
    cursor = nextCursor
  }
  return found.slice(0, mostTools)
}

type ListedTool = Awaited<ReturnType<Client['listTools']>>['tools'][number]

/** What a model could not be offered is left out. */
function toPeerTool({ name, description = '', inputSchema, annotations }: ListedTool): PeerTool[] {
  if (name === '' || name.length > longestName || JSON.stringify(inputSchema).length > largestSchema) return []
  const repeatable = annotations?.readOnlyHint === true || annotations?.idempotentHint === true
  return [{ name, description: description.slice(0, longestDescription), inputSchema, repeatable }]
}

const Content = z.object({
  content: z
    .array(
      z.union([
        z.object({ type: z.literal('text'), text: z.string() }),
        z.object({ type: z.literal('resource'), resource: z.object({ text: z.string() }) }),
        z.object({ type: z.string() }),
      ]),
    )
    .default([]),
  structuredContent: z.unknown().optional(),
  isError: z.boolean().default(false),
})

/** Its texts, one after the other; what is no text is named. */
function toResult(answer: unknown): ToolResult {
  const { content, structuredContent, isError } = Content.parse(answer)
  const texts = content.map((part) => {
    if ('text' in part) return part.text
    return 'resource' in part ? part.resource.text : `[${part.type}]`
  })
  const text =
    texts.length > 0 || structuredContent === undefined ? texts.join('\n') : JSON.stringify(structuredContent)
  return { text: text.slice(0, longestResult), failed: isError }
}

const refusals: ReadonlySet<number> = new Set([ErrorCode.InvalidParams, ErrorCode.MethodNotFound])
const timeouts: ReadonlySet<number> = new Set([ErrorCode.RequestTimeout])

/** By the code and not the words: those are the server's own. */
function toToolProblem(cause: unknown): Problem {
  if (!(cause instanceof McpError)) return new Problem('unavailable', 'The tool server cannot be reached', { cause })
  const { code, message } = cause
  if (timeouts.has(code)) return new Problem('timeout', 'The tool server gave no answer', { cause })
  if (refusals.has(code))
    return new Problem('bad-request', `The tool server refused the call: ${message.slice(0, 300)}`, { cause })
  return new Problem('unavailable', 'The tool server failed or is gone', { cause })
}
