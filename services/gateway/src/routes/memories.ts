import { memory } from '@parley/contracts'
import { z } from 'zod'
import { asking, PageLimit, type Route } from './route.ts'

const own = { tag: 'Memory', auth: 'user', scope: 'conversations' } as const
const One = z.object({ factId: z.uuid() })
const Text = z.object({ text: z.string().trim().min(1).max(300) })

/** What the platform knows of a person, in their own hands. */
export const memoryRoutes: Route[] = [
  asking({
    ...own,
    method: 'get',
    path: '/api/v1/memories',
    operationId: 'listFacts',
    summary: 'What is known of you, newest first, and where you said it; pass `before` on to page back',
    query: z.object({ before: z.uuid().optional(), limit: PageLimit }),
    contract: memory.listFacts,
    ask: ({ query }) => query,
  }),
  asking({
    ...own,
    method: 'post',
    path: '/api/v1/memories',
    operationId: 'addFact',
    summary: 'Something you want to be known',
    idempotent: true,
    body: Text,
    contract: memory.addFact,
    ask: ({ body }) => body,
    status: 201,
  }),
  asking({
    ...own,
    method: 'patch',
    path: '/api/v1/memories/:factId',
    operationId: 'changeFact',
    summary: 'Say something that is known of you as it is',
    owned: true,
    params: One,
    body: Text,
    contract: memory.changeFact,
    ask: ({ params, body }) => ({ ...params, ...body }),
  }),
  asking({
    ...own,
    method: 'delete',
    path: '/api/v1/memories/:factId',
    operationId: 'deleteFact',
    summary: 'Have something forgotten',
    owned: true,
    params: One,
    contract: memory.deleteFact,
    ask: ({ params }) => params,
  }),
  asking({
    ...own,
    method: 'delete',
    path: '/api/v1/memories',
    operationId: 'forgetPerson',
    summary: 'Have everything forgotten that is known of you',
    contract: memory.forgetPerson,
    ask: () => ({}),
  }),
]
