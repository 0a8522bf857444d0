import { Problem } from '@parley/contracts'
import { z } from 'zod'
import type { Codes } from './codes.ts'
import type { Dispatch } from './dispatch.ts'
import type { Contact, Later, Note, Random, TicketStore } from './ports.ts'

export type KnownContact = Contact & { verifiedAt: Date | undefined }

export type ContactStore = {
  read: (userId: string) => Promise<KnownContact[]>
  /** Whose it is; where nobody has verified it, the one account that claims it. */
  findUser: (contact: Contact) => Promise<string | undefined>
  /** Whose it is for sure. */
  findOwner: (contact: Contact) => Promise<string | undefined>
  /** Keeps an unverified one, in place of another that is not verified. */
  claim: (userId: string, contact: Contact) => Promise<void>
  /** Makes it this user's, in place of the one of this kind before; false when it is somebody else's. */
  verify: (userId: string, contact: Contact, at: Date) => Promise<boolean>
}

export type ContactPorts = {
  store: ContactStore
  codes: Codes
  dispatch: Dispatch
  tickets: TicketStore
  later: Later
  note: Note
  random: Pick<Random, 'newToken'>
  now: () => Date
}

export type Contacts = {
  /** Keeps an address and sends it a link. */
  setEmail: (userId: string, email: string, address: string) => Promise<void>
  /** @throws Problem `unauthorized` for a link that is unknown, used or too old; `conflict` when it is somebody's by now */
  verifyEmail: (token: string) => Promise<void>
  /** Makes a number one's own, with the code that was sent to it. */
  setPhone: (userId: string, phone: string, code: string) => Promise<void>
}

const linkLifeS = 86_400
const name = 'verify-email'
const Kept = z.object({ userId: z.uuid(), email: z.string() })

/**
 * The addresses and numbers of accounts.
 * @param settings.publicUrl where the people's edge is reached, for links
 */
export function createContacts(ports: ContactPorts, { publicUrl }: { publicUrl: string }): Contacts {
  const { store, codes, dispatch, tickets, later, note, random, now } = ports

  return {
    setEmail: async (userId, email, address) => {
      const contact = { kind: 'email', value: email } as const
      const admission = await dispatch.admit(contact, { address, purpose: name, known: true })
      await store.claim(userId, contact)
      const token = random.newToken()
      await tickets.save(name, token, { userId, email }, new Date(now().getTime() + linkLifeS * 1_000))
      // The token stands behind the #, so that it is in nobody's log.
      const link = new URL(`/verify-email#${token}`, publicUrl).href
      later(() => dispatch.send(contact, { kind: 'verify-email', link, goodForS: linkLifeS }, admission))
    },

    verifyEmail: async (token) => {
      const kept = Kept.safeParse(await tickets.take(name, token)).data
      if (!kept) throw new Problem('unauthorized', 'This link is not valid any more')
      const { userId, email } = kept
      if (!(await store.verify(userId, { kind: 'email', value: email }, now()))) throw taken('address')
      await note({ action: 'contact.email-verified', userId })
    },

    setPhone: async (userId, phone, code) => {
      await codes.check('phone', `${userId}:${phone}`, code)
      if (!(await store.verify(userId, { kind: 'phone', value: phone }, now()))) throw taken('number')
      await note({ action: 'contact.phone-verified', userId })
    },
  }
}

function taken(what: string): Problem {
  return new Problem('conflict', `This ${what} belongs to another account`)
}
