import type { Client, Person, Session, TokenKind } from '@parley/contracts'

/** What a user may do at the moment, by their roles. */
export type Grant = { kind: Person['kind']; scopes: string[] }

export type EndReason =
  | 'logout'
  | 'revoked'
  | 'idle'
  | 'reuse'
  | 'account-disabled'
  | 'roles-changed'
  | 'password-changed'
  | 'second-factor-changed'
  | 'account-deleted'

export type NewSession = {
  sessionId: string
  userId: string
  tokenKind: TokenKind
  method: string
  client: Client
  createdAt: Date
  expiresAt: Date
  absoluteEndAt: Date
}

/** `hash` is the SHA-256 of the token. */
export type NewRefreshToken = { id: string; hash: Uint8Array<ArrayBuffer>; fingerprint: string; expiresAt: Date }

/** A session beside its user. `session` is undefined for one that began before sessions were recorded. */
export type SessionState = {
  disabled: boolean
  session: { ended: boolean; tokenKind: TokenKind; lastSeenAt: Date } | undefined
}

export type EndedSession = { sessionId: string; endedAt: Date }

/** The sessions of everybody. What is here decides; caches and tokens only follow. */
export type SessionRecords = {
  /** Records a session and says what its user may do at that moment; undefined for a user who is gone or disabled. */
  begin: (session: NewSession, refresh?: NewRefreshToken) => Promise<Grant | undefined>
  /** Undefined when the user is gone. */
  read: (userId: string, sessionId: string) => Promise<SessionState | undefined>
  touch: (sessionId: string, at: Date) => Promise<void>
  /** Ends sessions of a user that have not ended, with their refresh tokens, and says which. */
  end: (
    userId: string,
    which: { only?: string | undefined; except?: string | undefined },
    reason: EndReason,
  ) => Promise<string[]>
  /** Those that go on, the newest first. */
  list: (userId: string, at: Date) => Promise<Omit<Session, 'current'>[]>
  /** The earliest first, API keys that were revoked among them; without `since`, those of the last `lookBackS`. */
  endedSince: (page: {
    since?: Date | undefined
    after?: EndedSession | undefined
    lookBackS: number
    limit: number
  }) => Promise<{ ended: EndedSession[]; now: Date }>
  /** Forgets what ended or expired before then. */
  sweep: (before: Date) => Promise<number>
}

/** A refresh token as it is known, with the state of its session. */
export type KnownRefreshToken = {
  familyId: string
  userId: string
  expiresAt: Date
  /** When its session was last refreshed. */
  lastSeenAt: Date
  /** Whether the token, its session or its user is void. */
  void: boolean
  rotated: { at: Date; successorId: string; successorFingerprint: string; successorExpiresAt: Date } | undefined
}

export type RefreshTokens = {
  find: (hash: Uint8Array<ArrayBuffer>) => Promise<KnownRefreshToken | undefined>
  /** Rotates a token to its successor in one statement; of all who try, one gets it. Undefined for the others. */
  claim: (
    hash: Uint8Array<ArrayBuffer>,
    at: Date,
    successor: NewRefreshToken,
  ) => Promise<{ sessionId: string; userId: string; expiresAt: Date } | undefined>
  /** What the user of a session may do; undefined when it has ended. */
  grantOf: (sessionId: string) => Promise<Grant | undefined>
}

export type Successor = { id: string; token: string }

/** The successors of refresh tokens, for a short while, readable only with the token that they succeed. */
export type Successors = {
  /** Proposes one; whoever proposed first is right. */
  propose: (token: string, successor: Successor) => Promise<Successor>
  /** Keeps the one that it was, from now on for the whole grace. */
  keep: (token: string, successor: Successor) => Promise<void>
  find: (token: string) => Promise<Successor | undefined>
}

/** JWTs that anybody can verify by the published keys. */
export type AccessTokens = {
  issue: (person: Person, expiresAt: Date) => Promise<string>
  /** Undefined for anything that is not ours, or too old. */
  verify: (token: string) => Promise<{ person: Person; expiresAt: Date } | undefined>
}
