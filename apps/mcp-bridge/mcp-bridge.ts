import { parseArgs } from 'node:util'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js'

const usage = `usage: node mcp-bridge.ts --url https://parley.example.com/mcp [--agent id]   with the token in PARLEY_TOKEN

A tool server over standard input and output for hosts that only start programs: the tools are those of /mcp.`

const { values } = parseArgs({ options: { url: { type: 'string' }, agent: { type: 'string' } } })
const token = process.env['PARLEY_TOKEN']

if (values.url === undefined || !token) {
  console.error(usage)
  process.exitCode = 2
} else {
  await bridge(toUrl(values.url, values.agent), token)
}

function toUrl(text: string, agent: string | undefined): URL {
  const url = new URL(text)
  if (agent !== undefined) url.searchParams.set('agent', agent)
  return url
}

/** Standard output belongs to the protocol: nothing else is written there. */
async function bridge(url: URL, bearer: string): Promise<void> {
  const requestInit = { headers: { authorization: `Bearer ${bearer}` } }
  const client = new Client({ name: 'parley-bridge', version: '1' })
  await client.connect(new StreamableHTTPClientTransport(url, { requestInit }))
  const server = new Server({ name: 'parley', version: '1' }, { capabilities: { tools: {} } })
  server.setRequestHandler(ListToolsRequestSchema, ({ params }, { signal }) => client.listTools(params, { signal }))
  server.setRequestHandler(CallToolRequestSchema, ({ params }, { signal }) =>
    client.callTool(params, undefined, { signal }),
  )
  Object.assign(server, { onclose: () => void client.close() })
  process.stdin.once('end', () => void server.close())
  await server.connect(new StdioServerTransport())
}
