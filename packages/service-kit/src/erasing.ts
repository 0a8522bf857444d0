import type { Bus } from '@parley/bus'
import { authAccount, type ErasedCounts } from '@parley/contracts'

/**
 * Erases what this service has of people whose account is deleted, and says so. One instance does it; what fails is asked for
 * again, so that `erase` has to work when it is repeated.
 * @param erase gives how much is gone, by what it was
 */
export function serveErasing(bus: Bus, service: string, erase: (userId: string) => Promise<ErasedCounts>): void {
  bus.on(
    authAccount.erasing,
    async ({ erasureId, userId }) => {
      const erased = await erase(userId)
      await bus.request(authAccount.noteErased, { erasureId, erased })
    },
    { group: service },
  )
}
