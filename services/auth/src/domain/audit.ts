/** Who did it: a person through a session, or nobody that is known. */
export type Actor = { userId: string; sessionId: string }

/** Something that happened and may have to be proven afterwards. No secrets, and nobody's words. */
export type AuditEntry = {
  /** Such as `session.begin`, `token.reuse` or `user.disable`. */
  action: string
  actor?: Actor | undefined
  target: { type: 'user' | 'session' | 'api-key' | 'role' | 'device'; id: string }
  details?: Record<string, string | number | boolean | readonly string[] | undefined>
}

export type Audit = { record: (entry: AuditEntry) => Promise<void> }
