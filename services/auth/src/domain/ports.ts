import type { Account, Person } from '@parley/contracts'

export type Kind = Person['kind']

/** `usernameKey` is what makes a name the same name. */
export type NewUser = {
  id: string
  username: string
  usernameKey: string
  /** Whoever comes by a code or a provider has none. */
  passwordHash: string | undefined
  kind: Kind
  createdAt: Date
}
export type KnownUser = { id: string; username: string; passwordHash: string | undefined }

/** Failures that may pass are Problem `unavailable`, here and below. */
export type UserStore = {
  /** False when the name is taken; of two at the same time, one wins. */
  add: (user: NewUser) => Promise<boolean>
  /** The same for the first administrator, who is added only while there is none. */
  addFirstAdministrator: (user: NewUser) => Promise<'added' | 'name-taken' | 'not-the-first'>
  hasAdministrator: () => Promise<boolean>
  find: (usernameKey: string) => Promise<KnownUser | undefined>
  byId: (userId: string) => Promise<KnownUser | undefined>
  /** Sets a password. With `insteadOf`, only while that one is still in use. */
  setPassword: (userId: string, passwordHash: string, insteadOf?: string) => Promise<void>
  /** A hash that an older system made, if there is any left. */
  anOlderHash: () => Promise<string | undefined>
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

/** Passwords as older systems stored them: verified, and made anew at the next login. */
export type OlderHasher = {
  made: (hash: string) => boolean
  verify: (hash: string, password: string) => Promise<boolean>
}

export type Random = {
  /** A new UUIDv7. */
  newId: () => string
  /** 32 bytes nobody can guess, fit for a URL. */
  newToken: () => string
  /** Six digits. */
  newCode: () => string
  bytes: (length: number) => Buffer
  /** 12 small letters and digits that nothing else begins with. */
  newPrefix: () => string
}

/** An address (lower case) or a number (E.164) at which somebody is reached. */
export type Contact = { kind: 'email' | 'phone'; value: string }

/** What somebody is told outside of the app; the words are the sender's. */
export type Notice =
  | { kind: 'code'; code: string; goodForS: number }
  | { kind: 'verify-email'; link: string; goodForS: number }
  | { kind: 'reset-password'; link: string; goodForS: number }
  /** Somebody had a copy of a token. */
  | { kind: 'token-reused' }

export type Notifier = {
  /** Whether there is a way to reach people so. */
  reaches: (kind: Contact['kind']) => boolean
  /**
   * @throws Problem `provider-rejected` when it was surely not sent; `timeout` or `provider-failed` when it may have been
   */
  send: (to: Contact, notice: Notice) => Promise<void>
}

/** So much in so many seconds. */
export type Quota = { points: number; seconds: number }

/** Counts what somebody did within sliding windows, for all instances together. */
export type Quotas = {
  /**
   * Counts once, unless that would be once too often for one of the quotas.
   * @returns for how many seconds one has to wait; 0 when it was counted
   */
  take: (name: string, who: string, quotas: readonly Quota[]) => Promise<number>
  /** How often it was counted lately. */
  count: (name: string, who: string, seconds: number) => Promise<number>
}

/** Values that belong to tokens, by the digest of the token, until their time is over. */
export type TicketStore = {
  save: (name: string, token: string, value: unknown, expiresAt: Date) => Promise<void>
  /** False when the token is kept already: of two at the same time, one is new. */
  saveNew: (name: string, token: string, expiresAt: Date) => Promise<boolean>
  read: (name: string, token: string) => Promise<unknown>
  /** Reads and removes it; of two at the same time, one gets it. */
  take: (name: string, token: string) => Promise<unknown>
}

/** Writes down what happened, and to whom: no names, numbers or mail addresses of people. */
export type Note = (note: {
  action: string
  userId?: string | undefined
  /** `done`, or the code of a problem. */
  outcome?: string
  /** From where it was asked for. */
  address?: string | undefined
}) => Promise<void>

/** Work that nobody waits for: how long it takes must not tell anything. */
export type Later = (work: () => Promise<void>) => void
