import { Readable } from 'node:stream'
import { chat, DeviceId, type Conversation, type Message } from '@parley/contracts'
import { z } from 'zod'
import { sendLines } from '../http/line-stream.ts'
import { asking, PageLimit, sent, serving, type Exchange, type Route } from './route.ts'

const own = { tag: 'Conversations', auth: 'user', scope: 'conversations' } as const
const One = z.object({ conversationId: z.uuid() })

export const conversationRoutes: Route[] = [
  asking({
    ...own,
    method: 'get',
    path: '/api/v1/conversations',
    operationId: 'listConversations',
    summary: 'Your conversations, last used first, those with `search` in them; pass `next` on as `after`',
    query: z.object({
      after: z.string().max(200).optional(),
      limit: PageLimit,
      deviceId: DeviceId.optional(),
      search: z.string().trim().min(1).max(200).optional(),
    }),
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
    params: One,
    query: z.object({ before: z.uuid().optional(), limit: PageLimit }),
    contract: chat.readConversation,
    ask: ({ params, query }) => ({ ...params, ...query }),
  }),
  asking({
    ...own,
    method: 'patch',
    path: '/api/v1/conversations/:conversationId',
    operationId: 'renameConversation',
    summary: 'Give a conversation a title; `null` takes it away',
    owned: true,
    params: One,
    body: z.object({ title: z.string().trim().min(1).max(120).nullable() }),
    contract: chat.renameConversation,
    ask: ({ params, body }) => ({ ...params, ...body }),
  }),
  asking({
    ...own,
    method: 'delete',
    path: '/api/v1/conversations/:conversationId',
    operationId: 'deleteConversation',
    summary: 'Delete a conversation, with all that was said in it',
    owned: true,
    params: One,
    contract: chat.deleteConversation,
    ask: ({ params }) => params,
  }),
  serving({
    ...own,
    method: 'get',
    path: '/api/v1/conversations/:conversationId/export',
    operationId: 'exportConversation',
    summary: 'All of a conversation as a file: a message a line (JSON), or to be read (Markdown)',
    owned: true,
    rate: 'upload',
    params: One,
    query: z.object({ format: z.enum(['json', 'markdown']).default('json') }),
    contract: chat.readConversation,
    answer: { type: 'application/octet-stream', description: 'The file' },
    handle: exportConversation,
  }),
]

const exportedPage = 200

async function exportConversation(exchange: Exchange<{ conversationId: string }, { format: 'json' | 'markdown' }>) {
  const { bus, signal, response, params, query } = exchange
  const pages: Message[][] = []
  let conversation: Conversation
  for (let before: string | undefined; ;) {
    const page = await bus.request(chat.readConversation, { ...params, before, limit: exportedPage }, { signal })
    conversation = page.conversation
    pages.unshift(page.messages)
    before = page.before
    if (before === undefined) break
  }
  const messages = pages.flat()
  const filename = `conversation-${params.conversationId}`
  if (query.format === 'json') {
    await sendLines(response, Readable.from(messages), { signal, filename: `${filename}.ndjson` })
    return sent
  }
  response.set({
    'Content-Type': 'text/markdown; charset=utf-8',
    'Content-Disposition': `attachment; filename="${filename}.md"`,
    'Cache-Control': 'no-store',
  })
  response.end(toMarkdown(conversation, messages))
  return sent
}

function toMarkdown({ title, agentName, createdAt }: Conversation, messages: Message[]): string {
  const said = messages.map(({ role, text, createdAt: at }) => {
    const who = role === 'user' ? 'You' : agentName
    return `**${who}** · ${at}\n\n${text}`
  })
  return [`# ${title ?? `${agentName}, ${createdAt.slice(0, 10)}`}`, ...said].join('\n\n') + '\n'
}
