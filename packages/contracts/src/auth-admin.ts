import { z } from 'zod'
import { ManagedAccount, Password } from './auth.ts'
import { Session } from './auth-sessions.ts'
import { request } from './contract.ts'
import { Scope } from './identity.ts'

export const RoleName = z.string().regex(/^[a-z][a-z0-9-]{1,31}$/, '2 to 32 small letters, digits or "-"')

/** What whoever has it may do. `user` and `admin` are built in: everybody has one of them, and nobody changes them. */
export const Role = z.object({
  role: RoleName,
  description: z.string().max(200),
  scopes: z.array(Scope),
  builtIn: z.boolean(),
})
export type Role = z.infer<typeof Role>

const One = z.object({ userId: z.uuid() })

/**
 * What administrators do with accounts. Nobody acts on an account that may do more than they may, or gives away what they
 * may not do themselves: that is `forbidden`. The last administrator is neither disabled nor demoted: `conflict`.
 */
export const authAdmin = {
  readUser: request('auth.v1.read-user', { input: One, output: ManagedAccount, timeoutMs: 3_000, access: 'admin' }),
  /** Nobody logs in to it any more, and its sessions and keys end at once. */
  disableUser: request('auth.v1.disable-user', {
    input: One,
    output: ManagedAccount,
    timeoutMs: 5_000,
    access: 'admin',
  }),
  enableUser: request('auth.v1.enable-user', { input: One, output: ManagedAccount, timeoutMs: 5_000, access: 'admin' }),
  /** A link with which its holder sets a new password, once. Links that were made before are void. */
  makePasswordLink: request('auth.v1.make-password-link', {
    input: One,
    output: z.object({ link: z.url(), expiresAt: z.iso.datetime() }),
    timeoutMs: 3_000,
    access: 'admin',
  }),
  /** Sets the password, and ends every session of the account. */
  redeemPasswordLink: request('auth.v1.redeem-password-link', {
    input: z.object({ token: z.string().min(1).max(512), password: Password }),
    output: z.object({ changed: z.boolean() }),
    timeoutMs: 5_000,
  }),
  /** All roles of an account: one of `user` and `admin`, and others. Its sessions end, so that nothing old is left. */
  setRoles: request('auth.v1.set-roles', {
    input: One.extend({ roles: z.array(RoleName).min(1).max(16) }),
    output: ManagedAccount,
    timeoutMs: 5_000,
    access: 'admin',
  }),
  listRoles: request('auth.v1.list-roles', {
    input: z.object({}),
    output: z.object({ roles: z.array(Role) }),
    timeoutMs: 3_000,
    access: 'admin',
  }),
  /** Makes a role, or makes another thing of it; then the sessions of those who have it end. */
  putRole: request('auth.v1.put-role', {
    input: Role.omit({ builtIn: true }),
    output: Role,
    timeoutMs: 5_000,
    access: 'admin',
  }),
  /** `conflict` while somebody has it. */
  deleteRole: request('auth.v1.delete-role', {
    input: z.object({ role: RoleName }),
    output: z.object({ deleted: z.boolean() }),
    timeoutMs: 3_000,
    access: 'admin',
  }),
  listUserSessions: request('auth.v1.list-user-sessions', {
    input: One,
    output: z.object({ sessions: z.array(Session) }),
    timeoutMs: 3_000,
    access: 'admin',
  }),
  /** Ends one session of an account, or all of them. */
  endUserSessions: request('auth.v1.end-user-sessions', {
    input: One.extend({ sessionId: z.uuid().optional() }),
    output: z.object({ ended: z.number().int() }),
    timeoutMs: 5_000,
    access: 'admin',
  }),
}
