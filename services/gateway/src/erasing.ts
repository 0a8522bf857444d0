import type { Bus } from '@parley/bus'
import { authAccount } from '@parley/contracts'
import type { ObjectStore } from '@parley/object-store'
import { serveErasing } from '@parley/service-kit'

const pageSize = 500

/** Deletes the files of people whose account is deleted: auth knows which they are. */
export function serveErasingOfFiles(bus: Bus, store: Pick<ObjectStore, 'delete'>): void {
  serveErasing(bus, 'gateway', async (userId) => {
    let files = 0
    for (let after: string | undefined; ;) {
      const { keys } = await bus.request(authAccount.listFiles, { userId, after, limit: pageSize })
      for (const key of keys) await store.delete(key)
      files += keys.length
      after = keys.toSorted().at(-1)
      if (keys.length < pageSize) return { files }
    }
  })
}
