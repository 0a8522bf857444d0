import type { Account, Person } from '@parley/contracts'

export type Kind = Person['kind']

/** `usernameKey` is what makes a name the same name. */
export type NewUser = {
  id: string
  username: string
  usernameKey: string
  passwordHash: string
  kind: Kind
  createdAt: Date
}
export type KnownUser = { id: string; passwordHash: string }

/** Failures that may pass are Problem `unavailable`, here and below. */
export type UserStore = {
  /** False when the name is taken; of two at the same time, one wins. */
  add: (user: NewUser) => Promise<boolean>
  /** The same for the first administrator, who is added only while there is none. */
  addFirstAdministrator: (user: NewUser) => Promise<'added' | 'name-taken' | 'not-the-first'>
  hasAdministrator: () => Promise<boolean>
  find: (usernameKey: string) => Promise<KnownUser | undefined>
  read: (userId: string) => Promise<Account | undefined>
}

/** Who is logged in, and until when. */
export type Session = { person: Person; expiresAt: Date }

/** Opaque tokens and the sessions that they stand for. */
export type SessionStore = {
  save: (token: string, session: Session, at: Date) => Promise<void>
  find: (token: string) => Promise<Session | undefined>
  /** Takes a token away and says whose it was; of two at the same time, one gets it. */
  end: (token: string) => Promise<Session | undefined>
  /** Takes the tokens of these sessions away, where they have any. */
  forget: (sessionIds: readonly string[]) => Promise<void>
  /** Notes that the user's session is in use. */
  touch: (userId: string, at: Date) => Promise<void>
}

/** The tokens of one-time links. Only their digests are stored. */
export type SetupTokenStore = {
  save: (token: string, ttlS: number) => Promise<void>
  has: (token: string) => Promise<boolean>
  remove: (token: string) => Promise<void>
}

/** The tokens of one-time links, each for somebody; a newer one makes the older ones of the same user void. */
export type OneTimeTokens = {
  save: (token: string, userId: string, ttlS: number) => Promise<void>
  /** Whose token it was; of two who come with it, one learns it. */
  take: (token: string) => Promise<string | undefined>
}

/** Slow on purpose. */
export type PasswordHasher = {
  hash: (password: string) => Promise<string>
  verify: (hash: string, password: string) => Promise<boolean>
}

export type Random = {
  /** A new UUIDv7. */
  newId: () => string
  /** 32 bytes nobody can guess, fit for a URL. */
  newToken: () => string
  /** 12 small letters and digits that nothing else begins with. */
  newPrefix: () => string
}
