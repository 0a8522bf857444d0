import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import type { Bus } from '@parley/bus'
import { mcp } from '@parley/contracts'
import { z } from 'zod'
import { asking, sent, serving, type Exchange, type Route } from './route.ts'

const agents = { tag: 'Tools', auth: 'user', scope: 'agents', owned: true } as const
const One = z.object({ agentId: z.uuid() })
const Chosen = z.object({ agent: z.uuid().optional() })
type Chosen = z.infer<typeof Chosen>

/** Tool servers of agents, and the tools of agents for clients of the Model Context Protocol. */
export const mcpRoutes: Route[] = [
  asking({
    ...agents,
    method: 'get',
    path: '/api/v1/agents/:agentId/mcp-address',
    operationId: 'readMcpAddress',
    summary: 'Where tool servers dial in for an agent; whoever knows the address can give it tools',
    params: One,
    contract: mcp.readAddress,
    ask: ({ params }) => params,
  }),
  asking({
    ...agents,
    method: 'post',
    path: '/api/v1/agents/:agentId/mcp-address/renew',
    operationId: 'renewMcpAddress',
    summary: 'Another address; who came by the one before is sent away',
    params: One,
    contract: mcp.renewAddress,
    ask: ({ params }) => params,
  }),
  asking({
    ...agents,
    method: 'get',
    path: '/api/v1/agents/:agentId/mcp-connections',
    operationId: 'listMcpConnections',
    summary: 'Which tool servers have dialled in for an agent, and with which tools',
    params: One,
    contract: mcp.listConnections,
    ask: ({ params }) => params,
  }),
  serving({
    tag: 'Tools',
    auth: 'user',
    scope: 'agents',
    method: 'post',
    path: '/mcp',
    operationId: 'mcp',
    summary:
      'The tools of an agent (`agent`, else the default one) by the Model Context Protocol, over streamable HTTP',
    rate: 'chat',
    query: Chosen,
    body: z.looseObject({}),
    contract: mcp.callTool,
    answer: { schema: z.unknown(), description: 'JSON-RPC' },
    handle: answerMcp,
  }),
]

/**
 * Answers one message, for itself: sessions would tie a client to an instance, and there is nothing to be told between calls.
 */
async function answerMcp({ query, body, bus, signal, request, response }: Exchange<undefined, Chosen>) {
  const server = createServer(bus, query.agent, signal)
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined, enableJsonResponse: true })
  response.once('close', () => void transport.close())
  await server.connect(transport)
  await transport.handleRequest(request, response, body)
  return sent
}

function createServer(bus: Bus, agentId: string | undefined, signal: AbortSignal): Server {
  const server = new Server({ name: 'parley', version: '1' }, { capabilities: { tools: {} } })
  server.setRequestHandler(ListToolsRequestSchema, async () => {
    const { tools } = await bus.request(mcp.listTools, { agentId }, { signal })
    return { tools: tools.map((tool) => ({ ...tool, inputSchema: { ...tool.inputSchema, type: 'object' as const } })) }
  })
  server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
    const call = { agentId, name: params.name, arguments: params.arguments ?? {} }
    const { text, failed } = await bus.request(mcp.callTool, call, { signal })
    return { content: [{ type: 'text' as const, text }], isError: failed }
  })
  return server
}
