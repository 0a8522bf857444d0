import { Problem, type Person } from '@parley/contracts'
import { z } from 'zod'
import { codeLifeS, wrongCode, type Codes } from './codes.ts'
import type { ContactStore } from './contacts.ts'
import type { Dispatch } from './dispatch.ts'
import type { Passwords } from './passwords.ts'
import type { Contact, Later, Note, Random, TicketStore, UserStore } from './ports.ts'
import type { Sessions } from './sessions.ts'

export type ResetProof = { token: string } | { phone: string; code: string }

export type PasswordResetPorts = {
  users: Pick<UserStore, 'byId' | 'setPassword'>
  contacts: Pick<ContactStore, 'findOwner' | 'read'>
  passwords: Pick<Passwords, 'make' | 'verify'>
  codes: Codes
  dispatch: Dispatch
  tickets: TicketStore
  sessions: Pick<Sessions, 'endAll'>
  later: Later
  note: Note
  random: Pick<Random, 'newToken'>
  now: () => Date
}

export type PasswordReset = {
  /** The same answer, as fast, for an address or number that nobody has. */
  forgot: (to: Contact, address: string) => Promise<void>
  /** @throws Problem `unauthorized` for a link or code that is unknown, used or too old; `bad-request` for a weak password */
  reset: (proof: ResetProof, password: string) => Promise<void>
  /** @throws Problem `unauthorized` for a wrong password; `bad-request` for a weak one */
  change: (person: Person, current: string | undefined, password: string) => Promise<void>
}

const linkLifeS = 1_800
const name = 'reset-password'
const Kept = z.object({ userId: z.uuid() })

/**
 * New passwords for accounts that are there.
 * @param settings.publicUrl where the people's edge is reached, for links
 */
export function createPasswordReset(ports: PasswordResetPorts, { publicUrl }: { publicUrl: string }): PasswordReset {
  const { users, contacts, passwords, codes, dispatch, tickets, sessions, later, note, random, now } = ports

  async function toNotice(to: Contact, userId: string) {
    if (to.kind === 'phone') {
      const code = await codes.issue('reset', to.value)
      return { kind: 'code', code, goodForS: codeLifeS } as const
    }
    const token = random.newToken()
    await tickets.save(name, token, { userId }, new Date(now().getTime() + linkLifeS * 1_000))
    // The token stands behind the #, so that it is in nobody's log.
    return { kind: 'reset-password', link: new URL(`/reset#${token}`, publicUrl).href, goodForS: linkLifeS } as const
  }

  async function makePassword(userId: string, password: string): Promise<string> {
    const user = await users.byId(userId)
    const reachable = await contacts.read(userId)
    return passwords.make(password, [user?.username ?? '', ...reachable.map(({ value }) => value)])
  }

  /** Whose password is changed. A weak one does not use the proof up. */
  async function prove(proof: ResetProof, password: string): Promise<{ userId: string; passwordHash: string }> {
    if ('token' in proof) {
      const kept = Kept.safeParse(await tickets.read(name, proof.token)).data
      if (!kept) throw new Problem('unauthorized', 'This link is not valid any more')
      const passwordHash = await makePassword(kept.userId, password)
      if (!(await tickets.take(name, proof.token))) throw new Problem('unauthorized', 'This link is not valid any more')
      return { userId: kept.userId, passwordHash }
    }
    const to = { kind: 'phone', value: proof.phone } as const
    // Hashed for nobody as well, so that the time does not tell who has the number.
    const userId = await contacts.findOwner(to)
    const passwordHash = await (userId ? makePassword(userId, password) : passwords.make(password, [proof.phone]))
    await codes.check('reset', proof.phone, proof.code)
    if (!userId) throw wrongCode()
    return { userId, passwordHash }
  }

  return {
    forgot: async (to, address) => {
      const admission = await dispatch.admit(to, { address, purpose: name, quiet: true })
      if (admission.again) return
      later(async () => {
        const userId = await contacts.findOwner(to)
        if (userId) await dispatch.send(to, await toNotice(to, userId), admission)
      })
    },

    reset: async (proof, password) => {
      const { userId, passwordHash } = await prove(proof, password)
      await users.setPassword(userId, passwordHash)
      await sessions.endAll(userId, 'password-changed')
      await note({ action: 'password.reset', userId })
    },

    change: async (person, current, password) => {
      const { userId, sessionId } = person
      const user = await users.byId(userId)
      if (!user) throw new Problem('not-found', 'This account does not exist any more')
      const needed = user.passwordHash !== undefined
      if (needed && !(await passwords.verify(user.passwordHash, current ?? '')))
        throw new Problem('unauthorized', 'The password in use is not right')
      await users.setPassword(userId, await makePassword(userId, password))
      await sessions.endAll(userId, 'password-changed', person, sessionId)
      await note({ action: 'password.changed', userId })
    },
  }
}
