import type { Bus } from '@parley/bus'
import { auth } from '@parley/contracts'
import type { Accounts } from '../domain/accounts.ts'

/** Hashing holds a thread of the pool and its memory: more at once only makes each of them late. */
const hashing = { concurrency: 4, queue: 256 }

/** Serves `auth.v1.*`. `session-revoked` is published once for each session that is ended. */
export function serveAuth(bus: Bus, accounts: Accounts): void {
  bus.handle(auth.register, accounts.register, hashing)
  bus.handle(auth.login, accounts.login, hashing)
  bus.handle(auth.verify, async ({ token }) => ({ principal: await accounts.verify(token) }))
  bus.handle(auth.logout, async ({ token }) => {
    const principal = await accounts.logout(token)
    if (!principal) return { ended: false }
    bus.publish(auth.sessionRevoked, { sessionId: principal.sessionId, userId: principal.userId })
    return { ended: true }
  })
}
