import { Agent, AgentSettings, chat, Problem } from '@parley/contracts'
import { z } from 'zod'
import { asking, type Exchange, type Route } from './route.ts'

const own = { tag: 'Agents', auth: 'user', scope: 'agents' } as const
const One = z.object({ agentId: z.uuid() })

export const agentRoutes: Route[] = [
  asking({
    ...own,
    method: 'get',
    path: '/api/v1/agents',
    operationId: 'listAgents',
    summary: 'Your agents and everybody’s, the default one first',
    contract: chat.listAgents,
    ask: () => ({}),
  }),
  asking({
    ...own,
    method: 'get',
    path: '/api/v1/agent-templates',
    operationId: 'listAgentTemplates',
    summary: 'Beginnings for agents of your own',
    contract: chat.listAgentTemplates,
    ask: () => ({}),
  }),
  asking({
    ...own,
    method: 'post',
    path: '/api/v1/agents',
    operationId: 'createAgent',
    summary: 'Make an agent',
    idempotent: true,
    body: AgentSettings,
    contract: chat.createAgent,
    ask: ({ body }) => body,
    status: 201,
  }),
  asking({
    ...own,
    method: 'get',
    path: '/api/v1/agents/:agentId',
    operationId: 'readAgent',
    summary: 'One agent',
    owned: true,
    params: One,
    contract: chat.readAgent,
    ask: ({ params }) => params,
    answer: { schema: Agent, from: tagged },
  }),
  asking({
    ...own,
    method: 'patch',
    path: '/api/v1/agents/:agentId',
    operationId: 'updateAgent',
    summary: 'Change what is given, with `If-Match` only while it is as you read it; in force from the next turn on',
    owned: true,
    params: One,
    body: AgentSettings.partial(),
    contract: chat.updateAgent,
    ask: ({ params, body, request }) => ({ ...body, ...params, unchangedSince: readIfMatch(request.get('if-match')) }),
    answer: { schema: Agent, from: tagged },
  }),
  asking({
    ...own,
    method: 'delete',
    path: '/api/v1/agents/:agentId',
    operationId: 'deleteAgent',
    summary: 'Delete an agent of your own; its devices and conversations go on with the default one',
    owned: true,
    params: One,
    contract: chat.deleteAgent,
    ask: ({ params }) => params,
  }),
  asking({
    ...own,
    method: 'get',
    path: '/api/v1/agents/:agentId/versions',
    operationId: 'listAgentVersions',
    summary: 'What an agent was, newest first',
    owned: true,
    params: One,
    contract: chat.listAgentVersions,
    ask: ({ params }) => params,
  }),
  asking({
    ...own,
    method: 'post',
    path: '/api/v1/agents/:agentId/versions/:version/restore',
    operationId: 'restoreAgent',
    summary: 'Make an agent what it was; that is another version',
    owned: true,
    params: One.extend({ version: z.coerce.number().int().min(1).max(2_147_483_647) }),
    contract: chat.restoreAgent,
    ask: ({ params }) => params,
    answer: { schema: Agent, from: tagged },
  }),
]

/** The agent, with the time of its last change as its entity tag. */
function tagged(agent: Agent, { response }: Pick<Exchange, 'response'>): Agent {
  response.setHeader('ETag', `"${Date.parse(agent.updatedAt)}"`)
  return agent
}

/** Undefined for none and for any. @throws Problem `precondition-failed` for a tag that is none of ours */
function readIfMatch(header: string | undefined): string | undefined {
  if (header === undefined || header === '*') return undefined
  const [, milliseconds] = /^"(\d{1,15})"$/.exec(header) ?? []
  if (milliseconds === undefined) throw new Problem('precondition-failed', 'If-Match has to be the ETag of a reading')
  return new Date(Number(milliseconds)).toISOString()
}
