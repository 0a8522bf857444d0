import { billing } from '@parley/contracts'
import { z } from 'zod'
import { asking, PageLimit, type Route } from './route.ts'

const own = { tag: 'Credits', auth: 'user', scope: 'account' } as const
const others = { tag: 'Credits', auth: 'admin', scope: 'admin' } as const
const OneUser = z.object({ userId: z.uuid() })
const Page = z.object({ before: z.coerce.number().int().min(1).optional(), limit: PageLimit })

const { amount, priority, expiresAt, reason } = billing.grant.input.shape
/** With an id of one's own, the same grant is given once, however often and from wherever it is asked for. */
const NewGrant = z.object({ grantId: z.uuid().optional(), amount, priority, expiresAt, reason })
const NewAdjustment = z.object({
  adjustmentId: z.uuid().optional(),
  amount: billing.adjust.input.shape.amount,
  reason,
})

/** Credits: everybody's own, and what administrators do with them. Amounts are micro-credits. */
export const creditRoutes: Route[] = [
  asking({
    ...own,
    method: 'get',
    path: '/api/v1/credits',
    operationId: 'readCredits',
    summary: 'Your credits: what you have, what of it is held, and what it came from',
    contract: billing.readBalance,
    ask: () => ({}),
  }),
  asking({
    ...own,
    method: 'get',
    path: '/api/v1/credits/entries',
    operationId: 'listCreditEntries',
    summary: 'What came to your credits and went from them, the newest first',
    query: Page,
    contract: billing.listEntries,
    ask: ({ query }) => query,
  }),
  asking({
    ...others,
    method: 'get',
    path: '/api/v1/admin/users/:userId/credits',
    operationId: 'readUserCredits',
    summary: 'The credits of somebody',
    params: OneUser,
    contract: billing.readUserBalance,
    ask: ({ params }) => params,
  }),
  asking({
    ...others,
    method: 'get',
    path: '/api/v1/admin/users/:userId/credits/entries',
    operationId: 'listUserCreditEntries',
    summary: 'What came to somebody’s credits and went from them, the newest first',
    params: OneUser,
    query: Page,
    contract: billing.listUserEntries,
    ask: ({ params, query }) => ({ ...params, ...query }),
  }),
  asking({
    ...others,
    stepUp: true,
    idempotent: true,
    method: 'post',
    path: '/api/v1/admin/users/:userId/credits/grants',
    operationId: 'grantCredits',
    summary: 'Give somebody credits',
    params: OneUser,
    body: NewGrant,
    contract: billing.grant,
    ask: ({ params, body: { grantId, ...grant }, newId }) => ({ ...params, ...grant, grantId: grantId ?? newId() }),
    status: 201,
  }),
  asking({
    ...others,
    stepUp: true,
    idempotent: true,
    method: 'post',
    path: '/api/v1/admin/users/:userId/credits/adjustments',
    operationId: 'adjustCredits',
    summary: 'Correct somebody’s credits, up or down',
    params: OneUser,
    body: NewAdjustment,
    contract: billing.adjust,
    ask: ({ params, body: { adjustmentId, ...change }, newId }) => ({
      ...params,
      ...change,
      adjustmentId: adjustmentId ?? newId(),
    }),
    status: 201,
  }),
  asking({
    ...others,
    method: 'get',
    path: '/api/v1/admin/credits/prices',
    operationId: 'listPrices',
    summary: 'Every version of every price, the newest first',
    contract: billing.listPrices,
    ask: () => ({}),
  }),
  asking({
    ...others,
    stepUp: true,
    idempotent: true,
    method: 'post',
    path: '/api/v1/admin/credits/prices',
    operationId: 'setPrice',
    summary: 'A new price of a model, of all others (`*`), or of a minute (`voice-chat`)',
    body: billing.setPrice.input,
    contract: billing.setPrice,
    ask: ({ body }) => body,
    status: 201,
  }),
  asking({
    ...others,
    method: 'get',
    path: '/api/v1/admin/credits/books',
    operationId: 'proveBooks',
    summary: 'Prove the books: all but the counts has to be 0',
    contract: billing.reconcile,
    ask: () => ({}),
  }),
]
