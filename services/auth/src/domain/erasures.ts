import { erasingServices, Problem, type ErasedCounts, type Erasure, type Person } from '@parley/contracts'
import type { ManagedAccountStore } from './administration.ts'
import type { ApiKeys } from './api-keys.ts'
import type { Identities } from './identities.ts'
import type { Passwords } from './passwords.ts'
import type { KnownUser, Note, UserStore } from './ports.ts'
import type { SecondFactors } from './second-factors.ts'
import type { Sessions } from './sessions.ts'

/** `userId` is gone with the account. */
export type KnownErasure = Erasure & { userId: string | undefined }

export type ErasureStore = {
  /** Begins one, unless one of this user's has begun: then that one. */
  begin: (erasure: { erasureId: string; userId: string; at: Date }) => Promise<KnownErasure>
  read: (erasureId: string) => Promise<KnownErasure | undefined>
  /** Those that are not finished, the oldest first. */
  open: () => Promise<KnownErasure[]>
  /** Notes what is gone in a service, in place of what it said before. */
  note: (erasureId: string, service: string, erased: ErasedCounts) => Promise<KnownErasure | undefined>
  /** Deletes the account and all that auth has of it. Undefined when somebody else has just done it. */
  finish: (erasureId: string, at: Date) => Promise<KnownErasure | undefined>
}

export type ErasurePorts = {
  store: ErasureStore
  accounts: Pick<ManagedAccountStore, 'setDisabled'>
  users: Pick<UserStore, 'byId'>
  passwords: Pick<Passwords, 'verify'>
  factors: Pick<SecondFactors, 'demandRecent'>
  sessions: Pick<Sessions, 'endAll' | 'list'>
  apiKeys: Pick<ApiKeys, 'revokeAll'>
  identities: Pick<Identities, 'revokeAll'>
  /** Tells every service that somebody is to be erased. */
  announce: (erasure: { erasureId: string; userId: string }) => void
  onFailure: (error: unknown, erasureId: string) => void
  note: Note
  newErasureId: () => string
  now: () => Date
}

export type Erasures = {
  /**
   * Begins to delete one's account, with the proofs that there are.
   * @throws Problem `unauthorized` for a wrong password, `second-factor-required`, `forbidden` for an old session of somebody
   * who has neither, `conflict` for the last administrator
   */
  begin: (person: Person, given: { password?: string | undefined }) => Promise<Erasure>
  /** @throws Problem `not-found` */
  read: (erasureId: string) => Promise<Erasure>
  noteErased: (service: string, erasureId: string, erased: ErasedCounts) => Promise<void>
  /** Asks again whoever has not answered, and finishes what everybody has answered. Never fails. */
  goOn: () => Promise<void>
}

/** A session that began this lately counts as a proof, where there is no other. */
const freshMs = 900_000

/** The end of accounts: first nobody gets in any more, then every service erases, then the account itself goes. */
export function createErasures(ports: ErasurePorts): Erasures {
  const { store, accounts, users, passwords, factors, sessions, apiKeys, identities, announce, note, now } = ports

  async function prove(person: Person, user: KnownUser, password: string | undefined): Promise<void> {
    await factors.demandRecent(person)
    if (user.passwordHash !== undefined) {
      if (await passwords.verify(user.passwordHash, password ?? '')) return
      throw new Problem('unauthorized', 'The password is not right')
    }
    const current = (await sessions.list(user.id, person.sessionId)).find(({ current: is }) => is)
    const fresh = current && Date.parse(current.createdAt) > now().getTime() - freshMs
    if (!fresh) throw new Problem('forbidden', 'Log in again first: this session is not new enough')
  }

  async function finish(erasure: KnownErasure): Promise<void> {
    const { erasureId, userId, erased } = erasure
    if (userId === undefined || erasingServices.some((service) => !(service in erased))) return
    await identities.revokeAll(userId)
    if (await store.finish(erasureId, now())) await note({ action: 'account.erased', userId })
  }

  return {
    begin: async (person, { password }) => {
      const { userId } = person
      const user = await users.byId(userId)
      if (!user) throw new Problem('not-found', 'This account does not exist any more')
      await prove(person, user, password)
      if ((await accounts.setDisabled(userId, now())) === 'last-administrator')
        throw new Problem('conflict', 'This is the last administrator: make another one first')
      const begun = await store.begin({ erasureId: ports.newErasureId(), userId, at: now() })
      await apiKeys.revokeAll(userId)
      await sessions.endAll(userId, 'account-deleted', person)
      await note({ action: 'account.erasing', userId })
      announce({ erasureId: begun.erasureId, userId })
      return toErasure(begun)
    },

    read: async (erasureId) => {
      const found = await store.read(erasureId)
      if (!found) throw new Problem('not-found', 'There is no such receipt')
      return toErasure(found)
    },

    noteErased: async (service, erasureId, erased) => {
      const noted = await store.note(erasureId, service, erased)
      if (noted) await finish(noted)
    },

    goOn: async () => {
      for (const erasure of await store.open()) {
        const { erasureId, userId } = erasure
        if (userId === undefined) continue
        announce({ erasureId, userId })
        await finish(erasure).catch((error: unknown) => ports.onFailure(error, erasureId))
      }
    },
  }
}

function toErasure({ erasureId, requestedAt, finishedAt, erased }: KnownErasure): Erasure {
  return { erasureId, requestedAt, ...(finishedAt !== undefined && { finishedAt }), erased }
}
