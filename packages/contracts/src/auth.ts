import { z } from 'zod'
import { BearerToken, Client, Login, loginWishes } from './auth-sessions.ts'
import { event, request } from './contract.ts'
import { Person } from './identity.ts'
import { Language } from './ids.ts'

/** A mobile number of mainland China as people write it, without the country. */
const chinesePhone = /^1[3-9]\d{9}$/

/** What looks like a phone number is none: one logs in by either. */
export const Username = z
  .string()
  .regex(/^[A-Za-z0-9_.-]{3,32}$/, '3 to 32 letters, digits, "_", "." or "-"')
  .refine((text) => !chinesePhone.test(text), 'a phone number is no name')

/** In lower case, without spaces around it. */
export const Email = z.string().trim().toLowerCase().max(254).pipe(z.email('an address such as ada@example.com'))

/** A phone number as E.164 has it: `+8613800138000`. A Chinese mobile number may come without its `+86`. */
export const Phone = z
  .string()
  .transform((text) => text.replace(/[\s-]/g, ''))
  .transform((text) => (chinesePhone.test(text) ? `+86${text}` : text))
  .pipe(
    z
      .string()
      .regex(/^\+(?!0)\d{7,15}$/, 'a phone number such as 13800138000 or +8613800138000')
      .refine((text) => !text.startsWith('+86') || chinesePhone.test(text.slice(3)), 'a Chinese mobile number'),
  )

export const Password = z.string().min(8, 'at least 8 characters').max(256)
const LinkToken = z.string().min(1).max(512)

/** An account as its owner and administrators see it. */
export const Account = z.object({
  userId: z.uuid(),
  username: z.string(),
  kind: z.enum(['user', 'admin']),
  createdAt: z.iso.datetime(),
  /** One that is not verified is nobody's yet. */
  email: z.string().optional(),
  emailVerified: z.boolean().optional(),
  phone: z.string().optional(),
  phoneVerified: z.boolean().optional(),
  displayName: z.string().optional(),
  language: Language.optional(),
  timeZone: z.string().optional(),
  /** In the object store. */
  avatarKey: z.string().optional(),
})
export type Account = z.infer<typeof Account>

/** An account as administrators see it. */
export const ManagedAccount = Account.extend({
  /** `user` or `admin` first, then what was given besides. */
  roles: z.array(z.string()),
  disabledAt: z.iso.datetime().optional(),
})
export type ManagedAccount = z.infer<typeof ManagedAccount>

export const auth = {
  /** An e-mail address and a phone number are kept unverified; the address is sent a link at once. */
  register: request('auth.v1.register', {
    input: z.object({
      username: Username,
      password: Password,
      email: Email.optional(),
      phone: Phone.optional(),
      client: Client.optional(),
    }),
    output: z.object({ userId: z.uuid() }),
    timeoutMs: 5_000,
  }),
  /**
   * Trades a password for a token. `username` may be an e-mail address or a phone number as well. The same answer for
   * an unknown name and a wrong password.
   */
  login: request('auth.v1.login', {
    input: z.object({ username: z.string().min(1).max(254), password: z.string().min(1).max(256), ...loginWishes }),
    output: Login,
    timeoutMs: 5_000,
  }),
  /** Who a bearer token belongs to, whatever kind it is. */
  verify: request('auth.v1.verify', {
    input: z.object({ token: BearerToken }),
    output: z.object({ person: Person, expiresAt: z.iso.datetime() }),
    timeoutMs: 2_000,
  }),
  logout: request('auth.v1.logout', {
    input: z.object({ token: BearerToken }),
    output: z.object({ ended: z.boolean() }),
    timeoutMs: 2_000,
  }),
  /** The caller's own account. */
  me: request('auth.v1.me', { input: z.object({}), output: Account, timeoutMs: 2_000, access: 'user' }),
  /** Makes the first administrator, with the token of the one-time link that auth prints while there is none. */
  setUp: request('auth.v1.set-up', {
    input: z.object({ token: LinkToken, username: Username, password: Password }),
    output: z.object({ userId: z.uuid() }),
    timeoutMs: 5_000,
  }),
  /** Every account, newest first; `before` pages back. */
  listUsers: request('auth.v1.list-users', {
    input: z.object({ before: z.uuid().optional(), limit: z.number().int().min(1).max(200) }),
    output: z.object({ users: z.array(ManagedAccount), before: z.uuid().optional() }),
    timeoutMs: 3_000,
    access: 'admin',
  }),
  sessionRevoked: event('auth.v1.session-revoked', z.object({ sessionId: z.uuid(), userId: z.uuid() })),
}
