import { toProblem, type Model, type ModelCheck } from '@parley/contracts'
import type { Clock } from './ports.ts'

/** A configured vendor: the model that is asked by default, what else may be asked for, and its own list. */
export type Vendor = {
  name: string
  model: string
  others: readonly string[]
  /** Undefined for the responder that has no vendor. @throws Problem */
  list: (() => Promise<string[]>) | undefined
}

/** Vendors' lists, kept for an hour for every instance. Never fails: without it, vendors are asked. */
export type ModelListCache = {
  read: () => Promise<Record<string, string[]> | undefined>
  write: (lists: Record<string, string[]>) => Promise<void>
}

export type ModelList = {
  /** Those that may be asked for; `fresh` asks the vendors again. */
  list: (options?: { fresh?: boolean }) => Promise<Model[]>
  /** Whether each vendor can be reached, takes its key and has its model. */
  check: () => Promise<ModelCheck[]>
}

/**
 * Which models there are. With `offerAll` these are all that the vendors list; otherwise those that the configuration names,
 * and no vendor is asked.
 */
export function createModelList(
  vendors: readonly Vendor[],
  { cache, clock, offerAll }: { cache: ModelListCache; clock: Pick<Clock, 'monotonicMs'>; offerAll: boolean },
): ModelList {
  let asking: Promise<Record<string, string[]>> | undefined

  async function askAll(): Promise<Record<string, string[]>> {
    const lists: Record<string, string[]> = {}
    await Promise.all(
      vendors.map(async ({ name, list }) => {
        // One that cannot be asked now has its configured models, and is asked again the next time.
        lists[name] = (await list?.().catch(() => [])) ?? []
      }),
    )
    if (vendors.every(({ name, list }) => !list || lists[name]?.length)) await cache.write(lists)
    return lists
  }

  async function listed(fresh: boolean): Promise<Record<string, string[]>> {
    if (!offerAll) return {}
    const kept = fresh ? undefined : await cache.read()
    return kept ?? (asking ??= askAll().finally(() => (asking = undefined)))
  }

  async function checkOne({ name, model, list }: Vendor): Promise<ModelCheck> {
    if (!list) return { provider: name, model, ok: true }
    const startedAt = clock.monotonicMs()
    const latencyMs = () => Math.round(clock.monotonicMs() - startedAt)
    try {
      const models = await list()
      const found = models.length === 0 || models.includes(model)
      const told = { provider: name, model, latencyMs: latencyMs() }
      return found ? { ...told, ok: true } : { ...told, ok: false, reason: 'The vendor does not list this model' }
    } catch (error) {
      const { code, detail } = toProblem(error)
      return { provider: name, model, ok: false, latencyMs: latencyMs(), code, reason: detail }
    }
  }

  return {
    list: async ({ fresh = false } = {}) => {
      const lists = await listed(fresh)
      return vendors.flatMap(({ name, model, others }) =>
        [...new Set([model, ...others, ...(lists[name] ?? [])])].map((id) => ({ id, provider: name })),
      )
    },
    check: () => Promise.all(vendors.map(checkOne)),
  }
}
