import type { ToolSource } from '../../domain/tools/tool.ts'
import type { McpServer } from '../../mcp-config.ts'
import { openConfiguredServer, type ServerSurroundings } from './configured-server.ts'

/** The tools of the servers that the configuration names. */
export function openServerSource(
  servers: Record<string, McpServer>,
  surroundings: ServerSurroundings,
): ToolSource & AsyncDisposable {
  const open = Object.entries(servers).map(([name, server]) => openConfiguredServer(name, server, surroundings))
  return {
    name: 'mcp-servers',
    toolsFor: () => open.flatMap((server) => server.tools()),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(open.map((server) => server[Symbol.asyncDispose]()))
    },
  }
}
