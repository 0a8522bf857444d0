import { chat, DeviceId } from '@parley/contracts'
import { z } from 'zod'
import { asking, PageLimit, type Route } from './route.ts'

const own = { tag: 'Conversations', auth: 'user', scope: 'conversations' } as const

export const conversationRoutes: Route[] = [
  asking({
    ...own,
    method: 'get',
    path: '/api/v1/conversations',
    operationId: 'listConversations',
    summary: 'Your conversations, last used first; pass `next` on as `after`',
    query: z.object({ after: z.string().max(200).optional(), limit: PageLimit, deviceId: DeviceId.optional() }),
    contract: chat.listConversations,
    ask: ({ query }) => query,
  }),
  asking({
    ...own,
    method: 'get',
    path: '/api/v1/conversations/:conversationId',
    operationId: 'readConversation',
    summary: 'A conversation and its newest messages, oldest first; pass `before` on to page back',
    owned: true,
    params: z.object({ conversationId: z.uuid() }),
    query: z.object({ before: z.uuid().optional(), limit: PageLimit }),
    contract: chat.readConversation,
    ask: ({ params, query }) => ({ ...params, ...query }),
  }),
]
