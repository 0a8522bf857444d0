import { Problem, toProblem } from '@parley/contracts'
import type { Observer } from './ports.ts'
import { toTurnId, type Run } from './run.ts'

/** Holds of credits for time. Everything may be repeated. */
export type Credits = {
  /** @throws Problem `insufficient-credits` */
  reserve: (hold: Hold & { payer: 'platform' | { userId: string }; reference: string }) => Promise<void>
  /** @throws Problem `insufficient-credits` */
  extend: (hold: Hold) => Promise<void>
  settle: (holdId: string, seconds: number) => Promise<void>
  void: (holdId: string) => Promise<void>
}
type Hold = { holdId: string; seconds: number; lifeS: number }

/** Which runs are to be paid on, and what is owed for those that are over; shared by all instances. */
export type PaymentStore = {
  /** Notes until when a run is paid, and when the next payment is due. */
  watch: (taskId: string, times: { dueMs: number; heldUntilMs: number }) => Promise<void>
  heldUntil: (taskId: string) => Promise<number>
  /** Runs whose next payment is due. Whoever gets one has it for `claimMs`. */
  claimDue: (nowMs: number, options: { claimMs: number; most: number }) => Promise<string[]>
  /** Notes what is owed for a run that is over; what was noted first counts. */
  owe: (taskId: string, seconds: number) => Promise<number>
  owed: (most: number) => Promise<{ taskId: string; seconds: number }[]>
  /** Nothing is to be paid for it any more. */
  forget: (taskId: string) => Promise<void>
}

export type PayingPorts = {
  credits: Credits
  payments: PaymentStore
  observer: Pick<Observer, 'failed'>
  now: () => Date
}

/** Who pays for voice chats while they last. */
export type Paying = {
  /** Holds the first minutes. @throws Problem `insufficient-credits`, or `unavailable` when nobody knows */
  begin: (run: Run) => Promise<void>
  /** A run that never began costs nothing. */
  abandon: (taskId: string) => Promise<void>
  /** Settles a run that is over by how long it was; what cannot be said now is said by a sweep. */
  end: (taskId: string, durationMs: number) => Promise<void>
  /** Holds more for the runs that go on, and settles what is owed; gives the runs that are to be stopped, since nobody pays on. */
  sweep: () => Promise<string[]>
}

/** So much is held beyond what has passed; at half of it, the next hold is due. */
const aheadS = 120
/** A hold outlives every try to pay on, and to settle. */
const lifeS = 3_600
const claimMs = 15_000
const most = 100

/** Where credits are not in use. */
export const freeOfCharge: Paying = {
  begin: () => Promise.resolve(),
  abandon: () => Promise.resolve(),
  end: () => Promise.resolve(),
  sweep: () => Promise.resolve([]),
}

/** Has voice chats paid for by the minute: held ahead while they go on, settled by their time when they are over. */
export function createPaying(
  { credits, payments, observer, now }: PayingPorts,
  startedAt: (taskId: string) => Promise<number | undefined>,
): Paying {
  const nowMs = () => now().getTime()

  function watch(taskId: string) {
    const heldUntilMs = nowMs() + aheadS * 1_000
    return payments.watch(taskId, { dueMs: heldUntilMs - (aheadS * 1_000) / 2, heldUntilMs })
  }

  async function settle(taskId: string, seconds: number) {
    try {
      await credits.settle(toHoldId(taskId), seconds)
    } catch (error) {
      const { code, retryable } = toProblem(error)
      // In conflict with what it was settled with before.
      if (code !== 'conflict') observer.failed('a voice chat was not settled', error, { taskId })
      if (retryable) return
    }
    await payments.forget(taskId)
  }

  /** False when nobody pays on. */
  async function payOn(taskId: string): Promise<boolean> {
    const startedAtMs = await startedAt(taskId)
    if (startedAtMs === undefined) {
      await payments.forget(taskId)
      return true
    }
    const passedS = Math.ceil((nowMs() - startedAtMs) / 1_000)
    try {
      await credits.extend({ holdId: toHoldId(taskId), seconds: passedS + aheadS, lifeS })
      await watch(taskId)
      return true
    } catch (error) {
      observer.failed('a voice chat is not paid on', error, { taskId })
      if (!toProblem(error).retryable) return false
      // What is held lasts for as long again; then nobody knows who pays.
      return nowMs() < (await payments.heldUntil(taskId))
    }
  }

  return {
    begin: async (run) => {
      const payer = run.ownerId === undefined ? 'platform' : { userId: run.ownerId }
      const hold = { holdId: toHoldId(run.taskId), payer, seconds: aheadS, lifeS, reference: run.taskId } as const
      await credits.reserve(hold).catch((error: unknown) => {
        if (toProblem(error).code === 'insufficient-credits') throw error
        const detail = 'It cannot be known at the moment whether there are enough credits'
        throw new Problem('unavailable', detail, { cause: error })
      })
      await watch(run.taskId)
    },
    abandon: async (taskId) => {
      await payments.forget(taskId)
      await credits.void(toHoldId(taskId)).catch((error: unknown) => {
        observer.failed('a voice chat that never began is held until it expires', error, { taskId })
      })
    },
    end: async (taskId, durationMs) => settle(taskId, await payments.owe(taskId, Math.ceil(durationMs / 1_000))),
    sweep: async () => {
      for (const { taskId, seconds } of await payments.owed(most)) await settle(taskId, seconds)
      const unpaid: string[] = []
      for (const taskId of await payments.claimDue(nowMs(), { claimMs, most }))
        if (!(await payOn(taskId))) unpaid.push(taskId)
      return unpaid
    },
  }
}

/** The hold of a run, always the same one. */
function toHoldId(taskId: string): string {
  return toTurnId(taskId, 'credits')
}
