import { z } from 'zod'
import { request } from './contract.ts'
import { DeviceId } from './ids.ts'
import { Person } from './identity.ts'

/** What travels as a bearer: an opaque token, an API key, or a JWT with its claims. */
export const BearerToken = z.string().min(1).max(2_048)

/** Which token a login gives: one opaque for its whole life, or a short JWT beside a refresh token. */
export const TokenKind = z.enum(['opaque', 'jwt'])
export type TokenKind = z.infer<typeof TokenKind>

/** Where somebody logs in from: what the edge saw, and what the app calls itself. */
export const Client = z.object({
  userAgent: z.string().max(512).optional(),
  address: z.string().max(64).optional(),
  device: z.string().max(64).optional(),
})
export type Client = z.infer<typeof Client>

/** What every login may say beside its proof. `opaque` is given to those who do not ask. */
export const loginWishes = { client: Client.optional(), tokenKind: TokenKind.optional() }

/** A session that has begun, or goes on. `refresh` comes with a JWT: it is traded for the next one, once. */
export const Login = z.object({
  token: BearerToken,
  expiresAt: z.iso.datetime(),
  person: Person,
  refresh: z.object({ token: z.string(), expiresAt: z.iso.datetime() }).optional(),
})
export type Login = z.infer<typeof Login>

/** A session as its owner sees it. */
export const Session = z.object({
  sessionId: z.uuid(),
  tokenKind: TokenKind,
  /** How it began: `password`, `device` and so on. */
  method: z.string(),
  device: z.string().optional(),
  userAgent: z.string().optional(),
  address: z.string().optional(),
  createdAt: z.iso.datetime(),
  lastSeenAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  /** Whether it is the one that asks. */
  current: z.boolean(),
})
export type Session = z.infer<typeof Session>

/** One of the platform's public keys (RFC 7517), for Ed25519 signatures. */
export const PublicKey = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string(),
  kid: z.string(),
  alg: z.literal('EdDSA'),
  use: z.literal('sig'),
})
export type PublicKey = z.infer<typeof PublicKey>

const EndedSession = z.object({ sessionId: z.uuid(), endedAt: z.iso.datetime() })

/** How many sessions a page of `endedSessions` has; a shorter one is the last. */
export const endedSessionsPage = 2_000

export const authSessions = {
  /** Trades a refresh token for the next one and a new JWT. The same again within the grace gives the same successor. */
  refresh: request('auth.v1.refresh', {
    input: z.object({ refreshToken: z.string().min(1).max(512), client: Client.optional() }),
    output: Login,
    timeoutMs: 5_000,
  }),
  /** The caller's sessions, the newest first. */
  listSessions: request('auth.v1.list-sessions', {
    input: z.object({}),
    output: z.object({ sessions: z.array(Session) }),
    timeoutMs: 3_000,
    access: 'user',
  }),
  endSession: request('auth.v1.end-session', {
    input: z.object({ sessionId: z.uuid() }),
    output: z.object({ ended: z.number().int() }),
    timeoutMs: 3_000,
    access: 'user',
  }),
  /** Ends all of the caller's sessions, or all but the one that asks. */
  endSessions: request('auth.v1.end-sessions', {
    input: z.object({ keepCurrent: z.boolean() }),
    output: z.object({ ended: z.number().int() }),
    timeoutMs: 5_000,
    access: 'user',
  }),
  /** What is needed to verify a JWT without asking. */
  accessKeys: request('auth.v1.access-keys', {
    input: z.object({}),
    output: z.object({ issuer: z.string(), audience: z.string(), keys: z.array(PublicKey) }),
    timeoutMs: 2_000,
  }),
  /**
   * The sessions that ended since then (by default: those whose JWT may still be valid), the earliest first, and the time by
   * the same clock. For whoever missed their event.
   */
  endedSessions: request('auth.v1.ended-sessions', {
    input: z.object({ since: z.iso.datetime().optional(), after: EndedSession.optional() }),
    output: z.object({ ended: z.array(EndedSession), now: z.iso.datetime() }),
    timeoutMs: 2_000,
  }),
  /** What a device has to sign, for one login. */
  deviceNonce: request('auth.v1.device-nonce', {
    input: z.object({ deviceId: DeviceId }),
    output: z.object({ nonce: z.string(), expiresAt: z.iso.datetime() }),
    timeoutMs: 2_000,
  }),
  /** A token of the owner of a device, for the device's proof. The same answer for an unknown device and a wrong proof. */
  deviceLogin: request('auth.v1.device-login', {
    input: z.object({
      deviceId: DeviceId,
      proof: z.object({ nonce: z.string().min(1).max(128), signature: z.string().min(1).max(128) }).optional(),
      ...loginWishes,
    }),
    output: Login,
    timeoutMs: 6_000,
  }),
}
