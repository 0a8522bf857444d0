import { Problem, type ManagedAccount, type Person } from '@parley/contracts'
import type { ApiKeys } from './api-keys.ts'
import type { AuditTrail } from './audit-trail.ts'
import type { OneTimeTokens, PasswordHasher, Random } from './ports.ts'
import { mustHold, type Roles } from './roles.ts'
import type { Sessions } from './sessions.ts'

/** `last-administrator`: then nobody would be left who may do everything. */
export type AccountChange = 'changed' | 'last-administrator' | 'unknown'

export type ManagedAccountStore = {
  list: (page: { before: string | undefined; limit: number }) => Promise<ManagedAccount[]>
  read: (userId: string) => Promise<ManagedAccount | undefined>
  /** `at` undefined lets the user in again. */
  setDisabled: (userId: string, at: Date | undefined) => Promise<AccountChange>
  setRoles: (userId: string, kind: Person['kind'], others: readonly string[]) => Promise<AccountChange>
  setPassword: (userId: string, passwordHash: string) => Promise<boolean>
}

export type AdministrationPorts = {
  accounts: ManagedAccountStore
  passwordTokens: OneTimeTokens
  passwords: PasswordHasher
  audit: AuditTrail
  random: Random
  now: () => Date
}

type AdministeredParts = {
  sessions: Pick<Sessions, 'end' | 'endAll'>
  apiKeys: Pick<ApiKeys, 'revokeAll'>
  roles: Pick<Roles, 'scopesOf'>
}

export type Administration = {
  list: (page: { before?: string | undefined; limit: number }) => Promise<{ users: ManagedAccount[]; before?: string }>
  /** @throws Problem `not-found`, here and below */
  read: (userId: string) => Promise<ManagedAccount>
  disable: (actor: Person, userId: string) => Promise<ManagedAccount>
  enable: (actor: Person, userId: string) => Promise<ManagedAccount>
  setRoles: (actor: Person, userId: string, roles: readonly string[]) => Promise<ManagedAccount>
  makePasswordLink: (actor: Person, userId: string) => Promise<{ link: string; expiresAt: string }>
  /** @throws Problem `unauthorized` for a link that is unknown, used or too old */
  redeemPasswordLink: (given: { token: string; password: string }) => Promise<{ changed: boolean }>
  endSessions: (actor: Person, userId: string, sessionId?: string) => Promise<{ ended: number }>
}

const passwordLinkLifeS = 86_400

/** What administrators do with accounts; nobody acts on somebody who may do more. */
export function createAdministration(
  { sessions, apiKeys, roles }: AdministeredParts,
  { accounts, passwordTokens, passwords, audit, random, now }: AdministrationPorts,
  { publicUrl }: { publicUrl: string },
): Administration {
  async function read(userId: string): Promise<ManagedAccount> {
    const account = await accounts.read(userId)
    if (!account) throw new Problem('not-found', 'There is no such account')
    return account
  }

  /** The account, when the actor may do all that it may. */
  async function subordinate(actor: Person, userId: string): Promise<ManagedAccount> {
    const account = await read(userId)
    mustHold(actor, await roles.scopesOf(account.roles))
    return account
  }

  async function change(
    actor: Person,
    userId: string,
    action: string,
    work: () => Promise<AccountChange>,
    changed: { before?: readonly string[]; after?: readonly string[] } = {},
  ): Promise<void> {
    const outcome = await work()
    if (outcome === 'unknown') throw new Problem('not-found', 'There is no such account')
    if (outcome === 'last-administrator') throw new Problem('conflict', 'This is the last administrator')
    await audit.record({ action, actor, target: { kind: 'user', id: userId }, ...changed })
  }

  return {
    list: async ({ before, limit }) => {
      const found = await accounts.list({ before, limit: limit + 1 })
      const page = found.slice(0, limit)
      const last = page.at(-1)
      return { users: page, ...(found.length > limit && last && { before: last.userId }) }
    },

    read,

    disable: async (actor, userId) => {
      await subordinate(actor, userId)
      await change(actor, userId, 'user.disabled', () => accounts.setDisabled(userId, now()))
      await sessions.endAll(userId, 'account-disabled', actor)
      await apiKeys.revokeAll(userId)
      return read(userId)
    },

    enable: async (actor, userId) => {
      await subordinate(actor, userId)
      await change(actor, userId, 'user.enabled', () => accounts.setDisabled(userId, undefined))
      return read(userId)
    },

    setRoles: async (actor, userId, wanted) => {
      const account = await subordinate(actor, userId)
      mustHold(actor, await roles.scopesOf(wanted))
      const kinds = wanted.filter((role) => role === 'user' || role === 'admin')
      const [kind] = kinds
      if (kind === undefined || kinds.length > 1)
        throw new Problem('bad-request', 'One of the roles is "user" or "admin", and not both')
      const others = [...new Set(wanted)].filter((role) => role !== kind)
      const before = account.roles
      await change(actor, userId, 'user.roles-changed', () => accounts.setRoles(userId, kind, others), {
        before,
        after: wanted,
      })
      await sessions.endAll(userId, 'roles-changed', actor)
      return read(userId)
    },

    makePasswordLink: async (actor, userId) => {
      await subordinate(actor, userId)
      const token = random.newToken()
      await passwordTokens.save(token, userId, passwordLinkLifeS)
      await audit.record({ action: 'user.password-link-made', actor, target: { kind: 'user', id: userId } })
      const expiresAt = new Date(now().getTime() + passwordLinkLifeS * 1_000)
      return { link: new URL(`/password#${token}`, publicUrl).href, expiresAt: expiresAt.toISOString() }
    },

    redeemPasswordLink: async ({ token, password }) => {
      const userId = await passwordTokens.take(token)
      if (userId === undefined) throw new Problem('unauthorized', 'This link is not valid any more')
      const changed = await accounts.setPassword(userId, await passwords.hash(password))
      if (!changed) throw new Problem('unauthorized', 'This link is not valid any more')
      await sessions.endAll(userId, 'password-changed')
      await audit.record({ action: 'user.password-changed', target: { kind: 'user', id: userId } })
      return { changed }
    },

    endSessions: async (actor, userId, sessionId) => {
      await subordinate(actor, userId)
      if (sessionId === undefined) return { ended: await sessions.endAll(userId, 'revoked', actor) }
      if (!(await sessions.end(userId, sessionId, 'revoked', actor)))
        throw new Problem('not-found', 'There is no such session')
      return { ended: 1 }
    },
  }
}
