import type { Bus } from '@parley/bus'
import { authAdmin } from '@parley/contracts'
import type { Administration } from '../domain/administration.ts'
import type { Roles } from '../domain/roles.ts'
import type { Sessions } from '../domain/sessions.ts'
import { hashing } from './auth.ts'

export type AdministrationParts = { administration: Administration; roles: Roles; sessions: Pick<Sessions, 'list'> }

/** Serves what administrators do with accounts and roles. */
export function serveAdministration(bus: Bus, { administration, roles, sessions }: AdministrationParts): void {
  bus.handle(authAdmin.readUser, ({ userId }) => administration.read(userId))
  bus.handle(authAdmin.disableUser, ({ userId }, { identity }) => administration.disable(identity, userId))
  bus.handle(authAdmin.enableUser, ({ userId }, { identity }) => administration.enable(identity, userId))
  bus.handle(authAdmin.setRoles, ({ userId, roles }, { identity }) => administration.setRoles(identity, userId, roles))
  bus.handle(authAdmin.makePasswordLink, ({ userId }, { identity }) =>
    administration.makePasswordLink(identity, userId),
  )
  bus.handle(authAdmin.redeemPasswordLink, administration.redeemPasswordLink, hashing)
  bus.handle(authAdmin.listUserSessions, async ({ userId }) => {
    await administration.read(userId)
    return { sessions: await sessions.list(userId) }
  })
  bus.handle(authAdmin.endUserSessions, ({ userId, sessionId }, { identity }) =>
    administration.endSessions(identity, userId, sessionId),
  )
  bus.handle(authAdmin.listRoles, async () => ({ roles: await roles.list() }))
  bus.handle(authAdmin.putRole, (role, { identity }) => roles.put(identity, role))
  bus.handle(authAdmin.deleteRole, ({ role }, { identity }) => roles.remove(identity, role))
}
