import { timingSafeEqual } from 'node:crypto'
import { KeyScope, Problem, type ApiKey, type NewApiKey, type Person } from '@parley/contracts'
import type { AuditTrail } from './audit-trail.ts'
import type { Bearer } from './bearers.ts'
import { digest } from './digests.ts'
import type { Random } from './ports.ts'
import type { Grant } from './session-ports.ts'

/** A key as it is kept: never the key itself. */
export type KeptApiKey = { key: ApiKey; userId: string; hash: Uint8Array; revoked: boolean }

export type ApiKeyStore = {
  /** False when the user has so many keys already that go on. */
  add: (key: ApiKey & { userId: string; hash: Uint8Array<ArrayBuffer> }, most: number) => Promise<boolean>
  /** By the part that may be shown, with what its user may do; undefined for a user who is disabled, too. */
  find: (prefix: string) => Promise<(KeptApiKey & { grant: Grant }) | undefined>
  list: (userId: string) => Promise<ApiKey[]>
  touch: (keyId: string, at: Date) => Promise<void>
  /** False when the user has no such key that goes on. */
  revoke: (userId: string, keyId: string) => Promise<boolean>
  /** Revokes all keys of a user, and says which. */
  revokeAll: (userId: string) => Promise<string[]>
}

export type ApiKeyPorts = {
  keys: ApiKeyStore
  audit: AuditTrail
  announce: (ended: { userId: string; sessionId: string }[]) => void
  random: Random
  now: () => Date
}

export type ApiKeys = {
  /** Makes a key that may do no more than its maker. @throws Problem `forbidden`, `conflict` when there are too many */
  create: (person: Person, wanted: NewApiKey) => Promise<{ key: string; apiKey: ApiKey }>
  list: (userId: string) => Promise<ApiKey[]>
  /** @throws Problem `not-found` */
  revoke: (person: Person, keyId: string) => Promise<{ revoked: boolean }>
  revokeAll: (userId: string) => Promise<void>
  /** Whose key it is; undefined for a text that is none. @throws Problem `unauthorized` for one that is not good */
  verify: (text: string) => Promise<Bearer | undefined>
}

const mostKeys = 50
const touchEveryMs = 60_000
const dayMs = 86_400_000
/** What a key without an end is believed until; nobody remembers it for as long. */
const farAwayMs = 365 * dayMs
const shape = /^parley_([a-z0-9]{12})_[\w-]{43}$/

/**
 * Keys for programs: `parley_<prefix>_<secret>`, shown once. A key acts for its user as a session does, its id being the
 * session's, but never as an administrator and never on the account itself.
 */
export function createApiKeys({ keys, audit, announce, random, now }: ApiKeyPorts): ApiKeys {
  return {
    create: async (person, { name, scopes, lifeDays }) => {
      const beyond = scopes.filter((scope) => !person.scopes.includes(scope))
      if (beyond.length > 0) throw new Problem('forbidden', `You may not give away "${beyond.join('", "')}"`)
      const createdAt = now()
      const [keyId, prefix] = [random.newId(), random.newPrefix()]
      const key = `parley_${prefix}_${random.newToken()}`
      const apiKey: ApiKey = {
        keyId,
        name,
        prefix: `parley_${prefix}`,
        scopes: [...new Set(scopes)],
        createdAt: createdAt.toISOString(),
        ...(lifeDays !== undefined && { expiresAt: new Date(createdAt.getTime() + lifeDays * dayMs).toISOString() }),
      }
      const added = await keys.add({ ...apiKey, userId: person.userId, hash: digest(key) }, mostKeys)
      if (!added) throw new Problem('conflict', `You have ${mostKeys} keys already; that is the most`)
      await audit.record({
        action: 'key.created',
        actor: person,
        target: { kind: 'api-key', id: keyId },
        after: scopes,
      })
      return { key, apiKey }
    },

    list: (userId) => keys.list(userId),

    revoke: async (person, keyId) => {
      if (!(await keys.revoke(person.userId, keyId))) throw new Problem('not-found', 'You have no such key')
      announce([{ userId: person.userId, sessionId: keyId }])
      await audit.record({ action: 'key.revoked', actor: person, target: { kind: 'api-key', id: keyId } })
      return { revoked: true }
    },

    revokeAll: async (userId) => {
      const revoked = await keys.revokeAll(userId)
      announce(revoked.map((sessionId) => ({ userId, sessionId })))
    },

    verify: async (text) => {
      const [, prefix] = shape.exec(text) ?? []
      if (prefix === undefined) return undefined
      const found = await keys.find(`parley_${prefix}`)
      if (!found || found.revoked || !timingSafeEqual(found.hash, digest(text))) throw refused()
      const { key, userId, grant } = found
      const expiresAt = key.expiresAt === undefined ? new Date(now().getTime() + farAwayMs) : new Date(key.expiresAt)
      if (expiresAt <= now()) throw refused()
      if (now().getTime() - Date.parse(key.lastUsedAt ?? '1970') > touchEveryMs) await keys.touch(key.keyId, now())
      const scopes = key.scopes.filter((scope) => grant.scopes.includes(scope) && KeyScope.options.includes(scope))
      return { person: { kind: 'user', userId, sessionId: key.keyId, scopes }, expiresAt }
    },
  }
}

function refused(): Problem {
  return new Problem('unauthorized', 'The key is not valid')
}
