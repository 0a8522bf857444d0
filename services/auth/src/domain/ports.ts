import type { Principal } from '@parley/contracts'

/** `usernameKey` is what makes a name the same name. */
export type NewUser = { id: string; username: string; usernameKey: string; passwordHash: string; createdAt: Date }
export type KnownUser = { id: string; passwordHash: string }

export type UserStore = {
  /** False when the name is taken; of two at the same time, one wins. */
  add: (user: NewUser) => Promise<boolean>
  find: (usernameKey: string) => Promise<KnownUser | undefined>
}

/** Who is logged in, by token. Failures that may pass are Problem `unavailable`. */
export type SessionStore = {
  save: (token: string, principal: Principal, ttlS: number) => Promise<void>
  find: (token: string) => Promise<Principal | undefined>
  /** Ends a session and says whose it was; of two at the same time, one gets it. */
  end: (token: string) => Promise<Principal | undefined>
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
