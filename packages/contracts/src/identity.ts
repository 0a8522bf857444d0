import { z } from 'zod'

/** A person at the public edge: who, through which session, and what that session may do. */
export const Person = z.object({
  kind: z.enum(['user', 'admin']),
  userId: z.uuid(),
  sessionId: z.uuid(),
  /** What the session may do, such as `chat` or `devices`; what routes ask for. */
  scopes: z.array(z.string().min(1).max(64)).max(64),
})
export type Person = z.infer<typeof Person>

/** What a session may be allowed to do: with what is one's own, and what concerns other people. */
export const Scope = z.enum([
  'account',
  'agents',
  'chat',
  'conversations',
  'devices',
  'files',
  'rtc',
  'admin',
  'users',
  'roles',
])
export type Scope = z.infer<typeof Scope>

const administrative: readonly string[] = ['admin', 'users', 'roles'] satisfies Scope[]

/** Whether a scope is about other people's things: whoever has one of these is of the kind `admin`. */
export function isAdministrative(scope: string): boolean {
  return administrative.includes(scope)
}

/** What the built-in role of a kind may do: everything that its kind may. */
export function scopesOf(kind: Person['kind']): Scope[] {
  return Scope.options.filter((scope) => kind === 'admin' || !isAdministrative(scope))
}

/** Who is behind a call on the bus: a person, or a service of its own accord. */
export const Identity = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('service'), service: z.string().min(1).max(64) }),
  Person,
])
export type Identity = z.infer<typeof Identity>

/**
 * Who may call a subject: `platform` is any service, for itself or for a person; `user` is a person only, whose
 * identity the handler gets; `admin` is an administrator only.
 */
export type Access = 'platform' | 'user' | 'admin'

/** What a handler is told about its caller. Where no identities are in use (a bare bus), `platform` callers have none. */
export type CallerOf<A extends Access> = 'platform' extends A ? Identity | undefined : Person
