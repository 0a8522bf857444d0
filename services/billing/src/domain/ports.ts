import type {
  Balance,
  Consumption,
  Entry,
  ErasedCounts,
  ExportItem,
  Grant,
  Price,
  Reconciliation,
} from '@parley/contracts'

/** One thing to do with a hold. `terms` tells what is asked for from anything else under the same id. */
export type Step =
  | {
      op: 'reserve'
      hold: string
      /** Whose wallet it is held in; the platform's own account without one. */
      owner: string | undefined
      most: Consumption[]
      life: number
      purpose: string
      reference: string | undefined
      terms: string
    }
  | { op: 'extend'; hold: string; most: Consumption[]; life: number }
  | { op: 'settle'; hold: string; used: Consumption; platform: boolean; partial: boolean; terms: string }
  | { op: 'void'; hold: string }

export type Refusal = 'insufficient-credits' | 'conflict' | 'not-found'

/** A hold as it is stored. Amounts are micro-credits. */
export type StoredHold = {
  holdId: string
  state: 'held' | 'settled' | 'voided' | 'expired'
  max: number
  charged: number | undefined
  borne: number | undefined
  priceVersion: number | undefined
  expiresAt: Date
}

export type Outcome = { refused: Refusal } | { refused: undefined; hold: StoredHold }

/**
 * The books. Failures that may pass are Problem `unavailable`; whether something was done is then known by asking again with the
 * same id.
 */
export type LedgerStore = {
  /** Carries out steps in one transaction, each of which is done or refused by itself; outcomes are in their order. */
  work: (steps: Step[]) => Promise<Outcome[]>
  /** Ends some holds that are over; how many. */
  expireHolds: (most: number) => Promise<number>
  /** Takes back some grants that are over; of how many wallets. */
  sweepGrants: (most: number) => Promise<number>
  costOf: (of: Consumption) => Promise<{ micro: number; priceVersion: number | undefined }>
  reconcile: () => Promise<Reconciliation>
}

export type WalletStore = {
  /** Of nobody that has ever been given credits, nothing. */
  balanceOf: (userId: string) => Promise<Balance>
  entriesOf: (userId: string, page: { before: number | undefined; limit: number }) => Promise<Entry[]>
  /** Once for each id. @throws Problem `conflict` */
  grant: (grant: {
    grantId: string
    userId: string
    amount: number
    priority: number
    expiresAt: Date | undefined
    reason: string
  }) => Promise<Grant>
  /** Once for each id. @throws Problem `conflict`, `insufficient-credits` */
  adjust: (change: { adjustmentId: string; userId: string; amount: number; reason: string }) => Promise<void>
  /** What is somebody's, to take along. */
  export: (userId: string) => AsyncGenerator<ExportItem, void>
  /** The books stay; whose they were is forgotten. May be repeated. */
  forget: (userId: string) => Promise<ErasedCounts>
}

export type PriceStore = {
  list: () => Promise<Price[]>
  add: (price: Omit<Price, 'version' | 'validFrom'> & { validFrom: Date | undefined }) => Promise<Price>
}
