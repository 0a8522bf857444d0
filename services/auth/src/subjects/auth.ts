import type { Bus } from '@parley/bus'
import { auth } from '@parley/contracts'
import type { Accounts } from '../domain/accounts.ts'
import type { Administration } from '../domain/administration.ts'
import type { Bearers } from '../domain/bearers.ts'
import type { Setup } from '../domain/setup.ts'

/** Hashing holds a thread of the pool and its memory: more at once only makes each of them late. */
export const hashing = { concurrency: 4, queue: 256 }

export type AuthParts = {
  accounts: Accounts
  administration: Pick<Administration, 'list'>
  bearers: Bearers
  setup: Setup
}

/** Serves how people come in, and who they are. */
export function serveAuth(bus: Bus, { accounts, administration, bearers, setup }: AuthParts): void {
  bus.handle(auth.register, accounts.register, hashing)
  bus.handle(auth.login, accounts.login, hashing)
  bus.handle(auth.setUp, setup.setUp, hashing)
  bus.handle(auth.verify, async ({ token }) => {
    const { person, expiresAt } = await bearers.verify(token)
    return { person, expiresAt: expiresAt.toISOString() }
  })
  bus.handle(auth.logout, async ({ token }) => ({ ended: await bearers.logout(token) }))
  bus.handle(auth.me, (_input, { identity }) => accounts.me(identity.userId))
  bus.handle(auth.listUsers, administration.list)
}
