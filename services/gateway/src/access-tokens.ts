import type { Bus } from '@parley/bus'
import { authSessions, Person, type PublicKey } from '@parley/contracts'
import { createLocalJWKSet, errors, jwtVerify, type JWTVerifyGetKey } from 'jose'
import type { Bearer } from './bearers.ts'

export type AccessTokens = {
  /** Whose JWT it is; undefined for anything that is not ours, or too old. @throws Problem while no keys are known */
  verify: (token: string) => Promise<Bearer | undefined>
  /** The keys that are published. */
  keys: () => Promise<PublicKey[]>
}

type Known = { issuer: string; audience: string; keys: PublicKey[]; keyFor: JWTVerifyGetKey; atMs: number }

/** Keys are read again after this long; for one that is not known, sooner. */
const believedMs = 60_000
const soonestMs = 1_000
const clockToleranceS = 5

/** Verifies JWTs by the keys that auth publishes, without asking anybody. */
export function createAccessTokens(bus: Bus): AccessTokens {
  let known: Known | undefined
  let loading: Promise<Known> | undefined

  async function load(): Promise<Known> {
    const { issuer, audience, keys } = await bus.request(authSessions.accessKeys, {})
    known = { issuer, audience, keys, keyFor: createLocalJWKSet({ keys }), atMs: Date.now() }
    return known
  }

  /** Keys no older than that; older ones when there are no others. */
  async function keysWithin(ageMs: number): Promise<Known> {
    if (known && Date.now() - known.atMs < ageMs) return known
    loading ??= load().finally(() => (loading = undefined))
    return known ? loading.catch(() => known as Known) : loading
  }

  async function read(token: string, { issuer, audience, keyFor }: Known): Promise<Bearer | undefined> {
    const { payload } = await jwtVerify(token, keyFor, {
      issuer,
      audience,
      algorithms: ['EdDSA'],
      typ: 'at+jwt',
      clockTolerance: clockToleranceS,
      requiredClaims: ['exp', 'sub', 'sid'],
    })
    const { sub: userId, sid: sessionId, kind, scope, exp = 0 } = payload
    const scopes = typeof scope === 'string' ? scope.split(' ').filter(Boolean) : undefined
    const person = Person.safeParse({ userId, sessionId, kind, scopes }).data
    return person && { person, expiresAt: new Date(exp * 1_000) }
  }

  return {
    verify: async (token) => {
      try {
        return await read(token, await keysWithin(believedMs)).catch(async (error: unknown) => {
          if (error instanceof errors.JWKSNoMatchingKey) return read(token, await keysWithin(soonestMs))
          throw error
        })
      } catch (error) {
        if (error instanceof errors.JOSEError) return undefined
        throw error
      }
    },
    keys: async () => (await keysWithin(believedMs)).keys,
  }
}

/** Whether a token looks like a JWT; what it is worth is another question. */
export function isJwt(token: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)
}
