import { Problem, type Begun, type Login, type Person } from '@parley/contracts'
import { z } from 'zod'
import type { ContactStore } from './contacts.ts'
import type { Entrance } from './entrance.ts'
import type { FieldCipher, FieldPlace } from './field-cipher.ts'
import { newcomer } from './newcomers.ts'
import type { NewUser, Note, Random, TicketStore } from './ports.ts'
import type { Wish } from './sessions.ts'

/** Who somebody is at a provider. */
export type ExternalPerson = {
  /** Names for the same person, the one that counts most first. */
  subjects: [string, ...string[]]
  /** An address that the provider has verified, and that this installation believes it. */
  email: string | undefined
  /** What ends the provider's consent. */
  grant: string | undefined
}

/** What was made for one attempt, and comes back with it. */
export type Attempt = { state: string; nonce: string; verifier: string; redirectUri: string | undefined }
export type ProviderAnswer = { code: string; idToken?: string | undefined }

/** Somewhere people have an account already. */
export type IdentityProvider = {
  name: string
  /** Whose names its subjects are: several ways to one provider share it. */
  realm: string
  /** Where the provider may lead back to, the first one by default; none for providers whose apps ask by themselves. */
  redirectUris: readonly string[]
  /** Whether an answer belongs to an attempt that we have begun. Where it does not, the code is good for one use only. */
  begins: boolean
  /** Where the browser goes. @throws Problem `provider-failed` when the provider cannot be asked */
  pageOf: (attempt: Attempt) => Promise<string | undefined>
  /** @throws Problem `unauthorized` for an answer that is not valid; `provider-failed` when the provider cannot be asked */
  whoIs: (answer: ProviderAnswer, attempt: Attempt) => Promise<ExternalPerson>
  /** Ends the provider's consent. */
  revoke?: (grant: string) => Promise<void>
}

/** Links by the realm of their provider. */
export type IdentityStore = {
  /** Whose one of these is. */
  find: (provider: string, subjects: readonly string[]) => Promise<string | undefined>
  /** Makes all of them this user's, or the new user's when nobody has one; whose they are. Of two at the same time, one is. */
  keep: (link: NewLink, user: string | NewUser) => Promise<{ userId: string; isNew: boolean }>
  list: (userId: string) => Promise<StoredLink[]>
  /** Removes them; false when no other way in would be left. */
  remove: (userId: string, provider: string) => Promise<boolean>
}

export type StoredLink = { provider: string; subject: string; grant: string | undefined; linkedAt: Date }
export type NewLink = { provider: string; subjects: readonly string[]; grant: string | undefined; at: Date }

export type IdentityPorts = {
  providers: readonly IdentityProvider[]
  store: IdentityStore
  contacts: Pick<ContactStore, 'findOwner' | 'verify'>
  entrance: Pick<Entrance, 'enter'>
  tickets: TicketStore
  cipher: FieldCipher
  note: Note
  random: Pick<Random, 'newId' | 'newToken' | 'bytes'>
  now: () => Date
}

export type Given = {
  provider: string
  ticket?: string | undefined
  state?: string | undefined
  code: string
  idToken?: string | undefined
}
type Begin = { provider: string; redirectUri?: string | undefined }

export type Identities = {
  names: () => string[]
  /** @throws Problem `not-found` for a provider that is not configured, `bad-request` for another way back */
  begin: (given: Begin, userId?: string) => Promise<Begun>
  /** Whoever comes for the first time gets an account. @throws Problem `unauthorized` for an answer that is not valid */
  login: (given: Given, wish: Wish) => Promise<Login>
  /** @throws Problem `conflict` when it is somebody else's */
  link: (person: Person, given: Given) => Promise<void>
  /** @throws Problem `conflict` for the last way in, `not-found` for what is not linked */
  unlink: (userId: string, provider: string) => Promise<void>
  list: (userId: string) => Promise<{ provider: string; linkedAt: Date }[]>
  /** Ends the consent of every provider, for an account that is deleted. */
  revokeAll: (userId: string) => Promise<void>
}

const lifeS = 600
const name = 'provider'
const Kept = z.object({
  provider: z.string(),
  userId: z.string().optional(),
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  redirectUri: z.string().optional(),
})

/** Logging in with an account somewhere else, and linking one to an account here. */
export function createIdentities(ports: IdentityPorts): Identities {
  const { providers, store, contacts, entrance, tickets, cipher, note, random, now } = ports

  function providerOf(wanted: string): IdentityProvider {
    const found = providers.find((provider) => provider.name === wanted)
    if (!found) throw new Problem('not-found', `There is no provider "${wanted}"`)
    return found
  }

  function attemptFor(provider: IdentityProvider, redirectUri = provider.redirectUris[0]): Attempt {
    if (redirectUri !== undefined && !provider.redirectUris.includes(redirectUri)) {
      const message = 'not one of those that are configured'
      throw new Problem('bad-request', `redirectUri: ${message}`, { issues: [{ path: 'redirectUri', message }] })
    }
    return { state: random.newToken(), nonce: random.newToken(), verifier: random.newToken(), redirectUri }
  }

  /** The attempt that an answer belongs to: of this provider, begun by whoever answers, for the same purpose. */
  async function takeAttempt({ provider, ticket, state }: Given, userId: string | undefined): Promise<Attempt> {
    const kept = ticket === undefined ? undefined : Kept.safeParse(await tickets.take(name, ticket)).data
    const fits = kept?.provider === provider && kept.userId === userId && kept.state === state
    if (!fits) throw new Problem('unauthorized', 'This login was not begun here, or too long ago: begin again')
    return { ...kept, redirectUri: kept.redirectUri }
  }

  async function whoIs(given: Given, userId?: string): Promise<ExternalPerson> {
    const provider = providerOf(given.provider)
    const attempt = provider.begins
      ? await takeAttempt(given, userId)
      : { state: '', nonce: '', verifier: '', redirectUri: undefined }
    return provider.whoIs({ code: given.code, idToken: given.idToken }, attempt)
  }

  function toLink(provider: string, { subjects, grant }: ExternalPerson): NewLink {
    const sealed = grant && cipher.encrypt(grant, grantPlace(provider, subjects[0]))
    return { provider, subjects, grant: sealed, at: now() }
  }

  /** Their account: the one that they came with before, the one of their verified address, or a new one. */
  async function accountOf({ realm }: IdentityProvider, who: ExternalPerson): Promise<string> {
    const email = who.email === undefined ? undefined : ({ kind: 'email', value: who.email } as const)
    const known = await store.find(realm, who.subjects)
    const owner = known ?? (email && (await contacts.findOwner(email)))
    const { userId, isNew } = await store.keep(toLink(realm, who), owner ?? newcomer(random, now()))
    if (isNew) await note({ action: 'account.opened', userId })
    if (!known && !isNew) await note({ action: 'identity.linked', userId })
    if (isNew && email) await contacts.verify(userId, email, now())
    return userId
  }

  async function revoke({ provider, subject, grant }: StoredLink): Promise<void> {
    const { revoke: end } = providers.find(({ realm }) => realm === provider) ?? {}
    if (end && grant !== undefined) await end(cipher.decrypt(grant, grantPlace(provider, subject)))
  }

  return {
    names: () => providers.map((provider) => provider.name),

    begin: async ({ provider: wanted, redirectUri }, userId) => {
      const provider = providerOf(wanted)
      const attempt = attemptFor(provider, redirectUri)
      const url = await provider.pageOf(attempt)
      const ticket = random.newToken()
      const expiresAt = new Date(now().getTime() + lifeS * 1_000)
      await tickets.save(name, ticket, { provider: wanted, userId, ...attempt }, expiresAt)
      const { state, nonce } = attempt
      return { ticket, state, nonce, expiresAt: expiresAt.toISOString(), ...(url !== undefined && { url }) }
    },

    login: async (given, wish) => {
      const userId = await accountOf(providerOf(given.provider), await whoIs(given))
      return entrance.enter({ userId, method: given.provider }, wish)
    },

    link: async ({ userId }, given) => {
      const who = await whoIs(given, userId)
      const kept = await store.keep(toLink(providerOf(given.provider).realm, who), userId)
      if (kept.userId !== userId) throw new Problem('conflict', 'This belongs to another account')
      await note({ action: 'identity.linked', userId })
    },

    unlink: async (userId, provider) => {
      const { realm } = providerOf(provider)
      const links = await store.list(userId)
      const ended = links.filter((link) => link.provider === realm)
      if (ended.length === 0) throw new Problem('not-found', 'This is not linked')
      if (!(await store.remove(userId, realm)))
        throw new Problem('conflict', 'This is the only way in: set a password first')
      await note({ action: 'identity.unlinked', userId })
      for (const link of ended) await revoke(link)
    },

    list: async (userId) => {
      const links = await store.list(userId)
      const realms = [...new Set(links.map((link) => link.provider))]
      return realms.flatMap((realm) => links.find((link) => link.provider === realm) ?? [])
    },

    revokeAll: async (userId) => {
      for (const link of await store.list(userId)) await revoke(link)
    },
  }
}

/** Where the grant of a link stands, for its cipher. */
export function grantPlace(provider: string, subject: string): FieldPlace {
  return { table: 'identity_links', column: 'grant', row: `${provider}:${subject}` }
}
