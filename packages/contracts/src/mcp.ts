import { z } from 'zod'
import { request } from './contract.ts'
import { ToolCall, ToolResult } from './device.ts'

const One = z.object({ agentId: z.uuid() })

/** A tool server that has dialled in for an agent. */
export const McpConnection = z.object({
  /** What it calls itself, and the version of it. */
  name: z.string(),
  version: z.string(),
  connectedAt: z.iso.datetime(),
  tools: z.array(z.object({ name: z.string(), description: z.string() })),
})
export type McpConnection = z.infer<typeof McpConnection>

/** A tool as an MCP client sees it. */
export const ListedTool = z.object({
  name: z.string(),
  description: z.string(),
  inputSchema: z.record(z.string(), z.unknown()),
})
export type ListedTool = z.infer<typeof ListedTool>

const person = { timeoutMs: 5_000, access: 'user' } as const

export const mcp = {
  /** Where tool servers dial in for one of the caller's own agents. Who knows the address can give it tools. */
  readAddress: request('mcp.v1.read-address', { input: One, output: z.object({ url: z.string() }), ...person }),
  /** Another address; the one before is good for nothing any more, and who came by it is sent away. */
  renewAddress: request('mcp.v1.renew-address', { input: One, output: z.object({ url: z.string() }), ...person }),
  /** Which tool servers are there at the moment. */
  listConnections: request('mcp.v1.list-connections', {
    input: One,
    output: z.object({ connections: z.array(McpConnection) }),
    ...person,
  }),

  /** A call of a tool of a connection, by whichever instance has the turn to the one that holds the socket. */
  call: request('mcp.v1.{connectionId}.call', {
    input: ToolCall,
    output: ToolResult,
    timeoutMs: 10_000,
    maxTimeoutMs: 60_000,
  }),
  /** Ends a connection: its address is good no more. */
  dismiss: request('mcp.v1.{connectionId}.dismiss', {
    input: z.object({}),
    output: z.object({ dismissed: z.boolean() }),
    timeoutMs: 2_000,
  }),

  /** What the plugins and tool servers of the caller’s agent, the default one without an id, can do for them. */
  listTools: request('mcp.v1.list-tools', {
    input: z.object({ agentId: z.uuid().optional() }),
    output: z.object({ tools: z.array(ListedTool) }),
    ...person,
  }),
  callTool: request('mcp.v1.call-tool', {
    input: ToolCall.extend({ agentId: z.uuid().optional() }),
    output: ToolResult,
    timeoutMs: 30_000,
    maxTimeoutMs: 60_000,
    access: 'user',
  }),
}
