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
export type KnownUser = { id: string; kind: Kind; passwordHash: string }

/** Failures that may pass are Problem `unavailable`, here and below. */
export type UserStore = {
  /** False when the name is taken; of two at the same time, one wins. */
  add: (user: NewUser) => Promise<boolean>
  /** The same for the first administrator, who is added only while there is none. */
  addFirstAdministrator: (user: NewUser) => Promise<'added' | 'name-taken' | 'not-the-first'>
  hasAdministrator: () => Promise<boolean>
  find: (usernameKey: string) => Promise<KnownUser | undefined>
  read: (userId: string) => Promise<Account | undefined>
  /** The newest accounts, those before `before`. */
  list: (page: { before: string | undefined; limit: number }) => Promise<Account[]>
}

/** Who is logged in, and until when. */
export type Session = { person: Person; expiresAt: Date }

/** Sessions by token. */
export type SessionStore = {
  save: (token: string, session: Session) => Promise<void>
  find: (token: string) => Promise<Session | undefined>
  /** Ends a session and says whose it was; of two at the same time, one gets it. */
  end: (token: string) => Promise<Session | undefined>
}

/** The tokens of one-time links. Only their digests are stored. */
export type SetupTokenStore = {
  save: (token: string, ttlS: number) => Promise<void>
  has: (token: string) => Promise<boolean>
  remove: (token: string) => Promise<void>
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
}
