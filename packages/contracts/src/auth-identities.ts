import { z } from 'zod'
import { Login, loginWishes } from './auth-sessions.ts'
import { request } from './contract.ts'

/** The name of a provider: `apple`, `wechat`, `wechat-mini`, or what configuration calls one. */
export const ProviderName = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'the name of a provider')

/** A ticket belongs to whoever began: without it, a code that somebody else got is of no use. */
const Ticket = z.string().min(1).max(512)

const Begin = z.object({
  provider: ProviderName,
  /** Where the provider leads back to; one of those that configuration allows, the first of them when left out. */
  redirectUri: z.string().max(2_048).optional(),
})

export const Begun = z.object({
  ticket: Ticket,
  expiresAt: z.iso.datetime(),
  /** Where the browser goes, for providers that have a page. */
  url: z.string().optional(),
  /** Comes back with the code, and must be sent along with it. */
  state: z.string(),
  /** For apps that ask the provider by themselves; Apple is given its SHA-256 in hexadecimal digits. */
  nonce: z.string(),
})
export type Begun = z.infer<typeof Begun>

/** What the provider gave the app. */
export const ProviderAnswer = z.object({
  provider: ProviderName,
  /** Not needed where the code comes from the provider's own app (`wechat-mini`). */
  ticket: Ticket.optional(),
  state: z.string().max(512).optional(),
  code: z.string().min(1).max(4_096),
  /** Apple's identity token. */
  idToken: z.string().max(16_384).optional(),
})
export type ProviderAnswer = z.infer<typeof ProviderAnswer>

const Link = z.object({ provider: ProviderName, linkedAt: z.iso.datetime() })

/** Logging in with an account somewhere else. */
export const authIdentities = {
  listProviders: request('auth.v1.list-providers', {
    input: z.object({}),
    output: z.object({ providers: z.array(z.object({ provider: ProviderName })) }),
    timeoutMs: 2_000,
  }),
  beginProviderLogin: request('auth.v1.begin-provider-login', { input: Begin, output: Begun, timeoutMs: 8_000 }),
  /** Whoever comes for the first time gets an account. */
  loginByProvider: request('auth.v1.login-by-provider', {
    input: ProviderAnswer.extend(loginWishes),
    output: Login,
    timeoutMs: 15_000,
  }),
  beginLink: request('auth.v1.begin-link', { input: Begin, output: Begun, timeoutMs: 8_000, access: 'user' }),
  /** `conflict` when it is somebody else's. */
  link: request('auth.v1.link', { input: ProviderAnswer, output: z.object({}), timeoutMs: 15_000, access: 'user' }),
  /** Never the last way in. */
  unlink: request('auth.v1.unlink', {
    input: z.object({ provider: ProviderName }),
    output: z.object({}),
    timeoutMs: 8_000,
    access: 'user',
  }),
  listLinks: request('auth.v1.list-links', {
    input: z.object({}),
    output: z.object({ links: z.array(Link) }),
    timeoutMs: 2_000,
    access: 'user',
  }),
}
