import { secret, variable, wholeNumber, type ReadSoFar } from '@parley/service-kit'
import { z } from 'zod'

/** The settings of tool servers outside. */
export const mcpVariables = {
  mcpServers: secret('MCP_SERVERS', { optional: true }),
  publicPort: variable('MCP_ENDPOINT_PORT', wholeNumber(0, 65_535).default(8104)),
  mcpEndpointUrl: variable(
    'MCP_ENDPOINT_URL',
    z
      .url({ protocol: /^wss?$/, error: 'a ws(s) URL, such as wss://parley.example.com/mcp_endpoint/mcp/' })
      .default('ws://127.0.0.1:8104/mcp_endpoint/mcp/'),
  ),
}

const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,31}$/, 'a server’s name is of small letters, digits and -, a letter first')
const text = z.record(z.string(), z.string()).default({})
const common = {
  /** Whether its word is as good as the installation's own; otherwise it is shown to models as data from outside. */
  trusted: z.boolean().default(false),
}

/** As other hosts of MCP write it: `command` for one that is started here, `url` for one that runs somewhere. */
export const McpServer = z.union([
  z.strictObject({
    command: z.string().min(1),
    args: z.array(z.string()).default([]),
    env: text,
    cwd: z.string().optional(),
    ...common,
  }),
  z.strictObject({
    url: z.url({ protocol: /^https?$/, error: 'an http(s) URL' }),
    transport: z.enum(['http', 'sse']).default('http'),
    headers: text,
    ...common,
  }),
])
export type McpServer = z.output<typeof McpServer>

const Servers = z.record(name, McpServer)

/** The servers of `MCP_SERVERS` by name; none when it cannot be used, which `mcpProblems` says. */
export function readMcpServers({ mcpServers }: ReadSoFar<typeof mcpVariables>): Record<string, McpServer> {
  return parse(mcpServers?.reveal()).data ?? {}
}

export function mcpProblems({ mcpServers }: ReadSoFar<typeof mcpVariables>): string[] {
  const { error } = parse(mcpServers?.reveal())
  if (!error) return []
  const wrong = error.issues.map(({ path, message }) => `${path.map(String).join('.') || 'the whole'}: ${message}`)
  return [`MCP_SERVERS is set but not usable: ${wrong.join('; ')}`]
}

function parse(given: string | undefined) {
  if (given === undefined) return Servers.safeParse({})
  try {
    const read = JSON.parse(given) as unknown
    // Files of other hosts have their servers under this name.
    const inner = z.looseObject({ mcpServers: z.unknown() }).safeParse(read)
    return Servers.safeParse(inner.success && inner.data.mcpServers !== undefined ? inner.data.mcpServers : read)
  } catch {
    return Servers.safeParse('not JSON')
  }
}
