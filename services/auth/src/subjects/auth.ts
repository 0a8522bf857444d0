import type { Bus } from '@parley/bus'
import { auth } from '@parley/contracts'
import type { Accounts } from '../domain/accounts.ts'
import type { Note } from '../domain/ports.ts'
import type { Setup } from '../domain/setup.ts'
import { createAudited } from './audited.ts'

/** Hashing holds a thread of the pool and its memory: more at once only makes each of them late. */
export const hashing = { concurrency: 4, queue: 256 }

/** Serves `auth.v1.*`. `session-revoked` is published once for each session that is ended. */
export function serveAuth(bus: Bus, accounts: Accounts, setup: Setup, note: Note): void {
  const audited = createAudited(note)
  bus.handle(
    auth.register,
    audited('account.register', accounts.register, ({ userId }) => userId),
    hashing,
  )
  bus.handle(
    auth.login,
    audited('login.password', accounts.login, ({ person }) => person.userId),
    hashing,
  )
  bus.handle(auth.setUp, setup.setUp, hashing)
  bus.handle(auth.verify, ({ token }) => accounts.verify(token))
  bus.handle(auth.me, (_input, { identity }) => accounts.me(identity.userId))
  bus.handle(auth.listUsers, accounts.list)
  bus.handle(auth.logout, async ({ token }) => {
    const person = await accounts.logout(token)
    if (!person) return { ended: false }
    bus.publish(auth.sessionRevoked, { sessionId: person.sessionId, userId: person.userId })
    return { ended: true }
  })
}
