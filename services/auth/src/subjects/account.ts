import type { Bus } from '@parley/bus'
import { authAccount, Problem } from '@parley/contracts'
import type { Erasures } from '../domain/erasures.ts'
import type { Profiles } from '../domain/profiles.ts'
import { hashing } from './auth.ts'

/** Serves one's account as a thing of one's own: profile, files, taking it along, and its end. */
export function serveAccount(bus: Bus, { profiles, erasures }: { profiles: Profiles; erasures: Erasures }): void {
  bus.handle(authAccount.updateProfile, async (changes, { identity }) => {
    await profiles.update(identity.userId, changes)
    return {}
  })
  bus.handle(authAccount.setAvatar, ({ key }, { identity }) => profiles.setAvatar(identity.userId, key))
  bus.handle(authAccount.keepFile, async ({ key }, { identity }) => {
    await profiles.keepFile(identity.userId, key)
    return {}
  })
  bus.handle(authAccount.listFiles, profiles.listFiles)
  bus.handle(authAccount.exportAccount, (_input, { identity }) => profiles.export(identity.userId))
  bus.handle(authAccount.deleteAccount, (given, { identity }) => erasures.begin(identity, given), hashing)
  bus.handle(authAccount.readErasure, ({ erasureId }) => erasures.read(erasureId))
  bus.handle(authAccount.noteErased, async ({ erasureId, erased }, { identity }) => {
    if (identity?.kind !== 'service') throw new Problem('forbidden', 'Services say what they have erased')
    await erasures.noteErased(identity.service, erasureId, erased)
    return {}
  })
}
