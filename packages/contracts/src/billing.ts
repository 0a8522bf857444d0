import { z } from 'zod'
import { ExportItem } from './auth-account.ts'
import { request, stream } from './contract.ts'

/** One credit in the smallest unit there is, a micro-credit. Nothing is ever counted in anything else. */
export const microPerCredit = 1_000_000

/** The most that one amount may be, a billion credits: JSON carries it, and sums of thousands of such, exactly. */
export const mostMicro = 1_000_000_000_000_000

/** Micro-credits: whole numbers that JSON carries exactly. */
export const Micro = z.number().int().min(0).max(mostMicro)

/** Who pays. What the platform does of its own accord it pays itself, and it is never refused. */
export const Payer = z.union([z.literal('platform'), z.object({ userId: z.uuid() })])
export type Payer = z.infer<typeof Payer>

const Count = z.number().int().min(0).max(1_000_000_000)

/** What is used up: tokens of a model, time in a voice chat, or a plain amount. */
export const Consumption = z.discriminatedUnion('type', [
  z.object({ type: z.literal('tokens'), model: z.string().min(1).max(128), inputTokens: Count, outputTokens: Count }),
  z.object({ type: z.literal('voice-chat'), seconds: Count }),
  z.object({ type: z.literal('amount'), micro: Micro }),
])
export type Consumption = z.infer<typeof Consumption>

/** What is held until it is known what was used. It ends once: settled, voided, or expired. */
export const Hold = z.object({
  holdId: z.uuid(),
  state: z.enum(['held', 'settled', 'voided', 'expired']),
  max: Micro,
  /** What its payer was charged. */
  charged: Micro.optional(),
  /** What was used beyond `max`, or for nothing: the platform bore it. */
  borne: Micro.optional(),
  /** Of the price that it was settled at. */
  priceVersion: z.number().int().optional(),
  expiresAt: z.iso.datetime(),
})
export type Hold = z.infer<typeof Hold>

/** What a model, or a minute of a voice chat, costs from some time on. A version is never changed. */
export const Price = z.object({
  version: z.number().int(),
  /** A model's name, `*` for every other model, or `voice-chat`. */
  item: z.string(),
  inputPerMillion: Micro,
  outputPerMillion: Micro,
  perMinute: Micro,
  validFrom: z.iso.datetime(),
})
export type Price = z.infer<typeof Price>

/** Credits that somebody was given. Those of the lowest priority are used first, then those that expire first, then the oldest. */
export const Grant = z.object({
  grantId: z.uuid(),
  amount: Micro,
  remaining: Micro,
  priority: z.number().int(),
  expiresAt: z.iso.datetime().optional(),
  reason: z.string(),
  createdAt: z.iso.datetime(),
})
export type Grant = z.infer<typeof Grant>

export const Balance = z.object({
  /** What was given and not used yet, of it what is held, and what of it may be used. */
  posted: Micro,
  held: Micro,
  available: Micro,
  /** In the order in which they are used. */
  grants: z.array(Grant),
})
export type Balance = z.infer<typeof Balance>

/** A movement of somebody's credits; never changed. */
export const Entry = z.object({
  sequence: z.number().int(),
  at: z.iso.datetime(),
  kind: z.enum(['grant', 'grant-expiry', 'settlement', 'adjustment']),
  /** Negative when it was taken away. */
  amount: z.number().int(),
  /** What for: such as `reply`, `completion`, `voice-chat`. */
  purpose: z.string().optional(),
  item: z.string().optional(),
  inputTokens: z.number().int().optional(),
  outputTokens: z.number().int().optional(),
  priceVersion: z.number().int().optional(),
  reason: z.string().optional(),
})
export type Entry = z.infer<typeof Entry>

const HoldId = z.object({ holdId: z.uuid() })
const Reason = z.string().trim().min(1).max(200)
const LifeS = z.number().int().min(1).max(86_400)
const OneUser = z.object({ userId: z.uuid() })
const EntryPage = z.object({
  before: z.number().int().min(1).optional(),
  limit: z.number().int().min(1).max(200),
})
const Entries = z.object({ entries: z.array(Entry), before: z.number().int().optional() })

/** What has to be so, and is proved: all of it zero but the counts. */
export const Reconciliation = z.object({
  entries: z.number().int(),
  wallets: z.number().int(),
  /** Of all entries. */
  sum: z.number().int(),
  /** Transfers whose entries do not add up to zero. */
  unbalanced: z.number().int(),
  /** Wallets whose balance, held amount or grants are not what entries and holds say. */
  wrongPosted: z.number().int(),
  wrongHeld: z.number().int(),
  wrongGrants: z.number().int(),
})
export type Reconciliation = z.infer<typeof Reconciliation>

/**
 * Credits. Ids are made by the caller: asking again gives what came of the first time, and the same id with other content is
 * `conflict`.
 */
export const billing = {
  /**
   * Holds back what something may cost at most: the dearest of `most`. Gives `insufficient-credits` when the payer has less.
   * After `lifeS` it is voided by itself.
   */
  reserve: request('billing.v1.reserve', {
    input: HoldId.extend({
      payer: Payer,
      most: z.array(Consumption).min(1).max(64),
      lifeS: LifeS,
      /** Such as `reply`: what its payer reads. */
      purpose: z.string().regex(/^[a-z][a-z-]{0,31}$/),
      /** What it belongs to, such as a turn. */
      reference: z.string().max(128).optional(),
    }),
    output: Hold,
    timeoutMs: 3_000,
  }),
  /** Raises a hold to what it may cost now, and prolongs it: never lowers it. `insufficient-credits` leaves it as it is. */
  extend: request('billing.v1.extend', {
    input: HoldId.extend({ most: z.array(Consumption).min(1).max(64), lifeS: LifeS }),
    output: Hold,
    timeoutMs: 3_000,
  }),
  /**
   * Ends a hold with what was used. An amount beyond the hold is `conflict`; tokens and time beyond it are borne by the
   * platform. A hold that has ended otherwise is given as it is.
   */
  settle: request('billing.v1.settle', {
    input: HoldId.extend({
      used: Consumption,
      /** `platform`: not who held it, such as for an answer that nobody was given. */
      by: z.enum(['payer', 'platform']).default('payer'),
      /** Whether the answer broke off. */
      partial: z.boolean().optional(),
    }),
    output: Hold,
    timeoutMs: 3_000,
  }),
  /** Ends a hold for nothing. */
  void: request('billing.v1.void', { input: HoldId, output: Hold, timeoutMs: 3_000 }),
  /** What something costs at this moment. */
  quote: request('billing.v1.quote', {
    input: z.object({ of: Consumption }),
    output: z.object({ micro: Micro, priceVersion: z.number().int().optional() }),
    timeoutMs: 3_000,
  }),

  readBalance: request('billing.v1.read-balance', {
    input: z.object({}),
    output: Balance,
    timeoutMs: 3_000,
    access: 'user',
  }),
  /** The caller's movements, the newest first, those before `before`. */
  listEntries: request('billing.v1.list-entries', {
    input: EntryPage,
    output: Entries,
    timeoutMs: 3_000,
    access: 'user',
  }),
  /** The caller's grants and movements. */
  exportPerson: stream('billing.v1.export-person', {
    input: z.object({}),
    chunk: ExportItem,
    idleMs: 8_000,
    access: 'user',
  }),

  readUserBalance: request('billing.v1.read-user-balance', {
    input: OneUser,
    output: Balance,
    timeoutMs: 3_000,
    access: 'admin',
  }),
  listUserEntries: request('billing.v1.list-user-entries', {
    input: EntryPage.extend(OneUser.shape),
    output: Entries,
    timeoutMs: 3_000,
    access: 'admin',
  }),
  /** Gives somebody credits. */
  grant: request('billing.v1.grant', {
    input: OneUser.extend({
      grantId: z.uuid(),
      amount: Micro.min(1),
      priority: z.number().int().min(0).max(1_000).default(100),
      expiresAt: z.iso.datetime().optional(),
      reason: Reason,
    }),
    output: Grant,
    timeoutMs: 3_000,
    access: 'admin',
  }),
  /** Corrects what somebody has; never below what is held. `insufficient-credits` when there is less. */
  adjust: request('billing.v1.adjust', {
    input: OneUser.extend({
      adjustmentId: z.uuid(),
      /** Negative to take away. */
      amount: z
        .number()
        .int()
        .min(-mostMicro)
        .max(mostMicro)
        .refine((amount) => amount !== 0, 'not zero'),
      reason: Reason,
    }),
    output: Balance,
    timeoutMs: 3_000,
    access: 'admin',
  }),
  /** Every version, the newest first. */
  listPrices: request('billing.v1.list-prices', {
    input: z.object({}),
    output: z.object({ prices: z.array(Price) }),
    timeoutMs: 3_000,
    access: 'admin',
  }),
  /** A new version of a price, from `validFrom` on, or from now on. */
  setPrice: request('billing.v1.set-price', {
    input: Price.pick({ item: true, inputPerMillion: true, outputPerMillion: true, perMinute: true })
      .extend({ item: z.string().min(1).max(128), validFrom: z.iso.datetime().optional() })
      .partial({ inputPerMillion: true, outputPerMillion: true, perMinute: true }),
    output: Price,
    timeoutMs: 3_000,
    access: 'admin',
  }),
  /** Proves the books: every balance from its entries. */
  reconcile: request('billing.v1.reconcile', {
    input: z.object({}),
    output: Reconciliation,
    timeoutMs: 30_000,
    access: 'admin',
  }),
}
