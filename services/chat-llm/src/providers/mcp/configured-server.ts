import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js'
import { getDefaultEnvironment, StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import { Problem, type ToolResult } from '@parley/contracts'
import type { Peer, PeerTool } from '../../domain/mcp/ports.ts'
import type { Clock } from '../../domain/ports.ts'
import type { Tool } from '../../domain/tools/tool.ts'
import type { McpServer } from '../../mcp-config.ts'
import { isSessionLost, openPeer } from './peer.ts'

export type ServerSurroundings = {
  clock: Pick<Clock, 'after'>
  /** It is there, with so many tools, or it is gone and why. */
  onState: (server: string, state: { tools: number } | { error: unknown }) => void
}

/** A tool server of the configuration, kept connected. */
export type ConfiguredServer = AsyncDisposable & {
  /** What it has now; what it had, while it is away, so that a model is told that it is. */
  tools: () => Tool[]
}

const firstWaitMs = 1_000
const longestWaitMs = 60_000

/**
 * Connects to a tool server in the background and again when it goes, waiting longer each time. Its tools are named after it:
 * `lamp.turn_on`.
 */
export function openConfiguredServer(
  name: string,
  server: McpServer,
  { clock, onState }: ServerSurroundings,
): ConfiguredServer {
  let peer: Peer | undefined
  let listed: readonly PeerTool[] = []
  let connecting: Promise<Peer> | undefined
  let waitMs = firstWaitMs
  let callOff: (() => void) | undefined
  let closed = false

  async function open(): Promise<Peer> {
    let opened: Peer | undefined
    let gone = false
    opened = await openPeer(createTransport(server), {
      onTools: (tools) => (listed = tools),
      onClose: () => {
        gone = true
        if (opened === undefined || opened !== peer) return
        peer = undefined
        onState(name, { error: new Error('The connection was closed') })
        later()
      },
    })
    if (closed || gone) {
      await close(opened)
      throw new Problem('unavailable', 'The tool server is gone')
    }
    peer = opened
    waitMs = firstWaitMs
    onState(name, { tools: listed.length })
    return opened
  }

  /** One attempt at a time, whoever asks. */
  function connect(): Promise<Peer> {
    connecting ??= open().finally(() => (connecting = undefined))
    return connecting
  }

  function later() {
    callOff?.()
    if (closed) return
    callOff = clock.after(waitMs, attempt)
    waitMs = Math.min(waitMs * 2, longestWaitMs)
  }

  function attempt() {
    if (closed || peer) return
    connect().catch((error: unknown) => {
      onState(name, { error })
      later()
    })
  }

  async function call(tool: PeerTool, args: Record<string, unknown>, options: Parameters<Peer['call']>[1]) {
    if (!peer) throw new Problem('unavailable', `The tool server ${name} cannot be reached`)
    const asked = { name: tool.name, arguments: args }
    try {
      return await peer.call(asked, options)
    } catch (error) {
      if (!isSessionLost(error)) throw error
      return await again(tool, asked, options, error)
    }
  }

  /** A server that forgot our session is asked for another; the call is made again only where that does no harm. */
  async function again(
    tool: PeerTool,
    asked: Parameters<Peer['call']>[0],
    options: Parameters<Peer['call']>[1],
    cause: unknown,
  ): Promise<ToolResult> {
    const lost = peer
    peer = undefined
    await close(lost)
    const fresh = connect()
    fresh.catch(later)
    if (!tool.repeatable) throw new Problem('unavailable', `The tool server ${name} was restarted`, { cause })
    return (await fresh).call(asked, options)
  }

  attempt()
  return {
    tools: () =>
      listed.map((tool) => ({
        name: `${name}.${tool.name}`,
        description: tool.description,
        inputSchema: tool.inputSchema,
        origin: 'mcp',
        trusted: server.trusted,
        run: (args, { timeoutMs, signal }) => call(tool, args, { timeoutMs, signal }),
      })),
    [Symbol.asyncDispose]: async () => {
      closed = true
      callOff?.()
      await connecting?.catch(() => undefined)
      await close(peer)
    },
  }
}

/** Whatever it says to that. */
async function close(peer: Peer | undefined): Promise<void> {
  try {
    await peer?.[Symbol.asyncDispose]()
  } catch {
    // It is gone all the same.
  }
}

/** What a server that is started here sees of our environment is the least that programs need. */
function createTransport(server: McpServer): Transport {
  if ('command' in server) {
    const { command, args, env, cwd } = server
    const environment = { ...getDefaultEnvironment(), ...env }
    return new StdioClientTransport({ command, args, env: environment, stderr: 'ignore', ...(cwd && { cwd }) })
  }
  const requestInit = { headers: server.headers }
  const url = new URL(server.url)
  if (server.transport === 'sse') return new SSEClientTransport(url, { requestInit })
  return new StreamableHTTPClientTransport(url, { requestInit })
}
