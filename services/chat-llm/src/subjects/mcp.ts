import { pinned, type Bus } from '@parley/bus'
import { mcp, type ToolCall, type ToolResult } from '@parley/contracts'
import type { AccessPoint } from '../domain/mcp/access-point.ts'
import type { CallConnection } from '../domain/mcp/ports.ts'
import type { OwnTools } from '../domain/mcp/own-tools.ts'

/** Lets whoever has its id reach a connection that is here. */
export type ServeConnection = (
  connectionId: string,
  connection: {
    call: (call: ToolCall, options: { timeoutMs: number; signal: AbortSignal }) => Promise<ToolResult>
    dismiss: () => void
  },
) => AsyncDisposable

const longestCallMs = 60_000

export function createServeConnection(bus: Bus): ServeConnection {
  return (connectionId, { call, dismiss }) =>
    bus.pin(
      () => [
        pinned(mcp.call, (asked, { signal }) => call(asked, { timeoutMs: longestCallMs, signal })),
        pinned(mcp.dismiss, () => {
          dismiss()
          return { dismissed: true }
        }),
      ],
      { connectionId },
    )
}

/** Reaches connections through the bus, wherever their sockets are. */
export function createCallConnection(bus: Bus): CallConnection {
  return {
    call: (connectionId, call, { timeoutMs, signal }) =>
      bus.request(mcp.call, call, { tokens: { connectionId }, timeoutMs, signal }),
    dismiss: async (connectionId) => {
      await bus.request(mcp.dismiss, {}, { tokens: { connectionId } }).catch(() => undefined)
    },
  }
}

/** Serves what people ask about tool servers, and the tools that an MCP client of theirs may use. */
export function serveMcp(bus: Bus, accessPoint: AccessPoint, own: OwnTools): void {
  bus.handle(mcp.readAddress, ({ agentId }, { identity }) => accessPoint.readAddress(identity, agentId))
  bus.handle(mcp.renewAddress, ({ agentId }, { identity }) => accessPoint.renewAddress(identity, agentId))
  bus.handle(mcp.listConnections, ({ agentId }, { identity }) => accessPoint.listConnections(identity, agentId))
  bus.handle(mcp.listTools, ({ agentId }, { identity, signal }) => own.list(identity, agentId, signal))
  bus.handle(mcp.callTool, ({ agentId, ...call }, { identity, signal }) => own.call(identity, agentId, call, signal))
}
