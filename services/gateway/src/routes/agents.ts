import { AgentSettings, chat } from '@parley/contracts'
import { z } from 'zod'
import { asking, type Route } from './route.ts'

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
    method: 'post',
    path: '/api/v1/agents',
    operationId: 'createAgent',
    summary: 'Make an agent',
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
  }),
  asking({
    ...own,
    method: 'patch',
    path: '/api/v1/agents/:agentId',
    operationId: 'updateAgent',
    summary: 'Change what is given; in force from the next turn on',
    owned: true,
    params: One,
    body: AgentSettings.partial(),
    contract: chat.updateAgent,
    ask: ({ params, body }) => ({ ...body, ...params }),
  }),
]
