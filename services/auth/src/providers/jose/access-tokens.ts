import { Person } from '@parley/contracts'
import { createLocalJWKSet, importJWK, jwtVerify, SignJWT, type CryptoKey, type JWK } from 'jose'
import type { AccessTokens } from '../../domain/session-ports.ts'
import type { KeyRing } from '../../domain/signing-keys.ts'

const clockToleranceS = 5

export type AccessTokenSettings = { issuer: string; audience: string }

/**
 * JWTs by RFC 9068: `sub` is the user, `sid` the session, `scope` what it may do; signed by EdDSA with the key of the
 * moment, whose `kid` is in the header.
 */
export function createAccessTokens(
  { ring, newId, now }: { ring: KeyRing; newId: () => string; now: () => Date },
  { issuer, audience }: AccessTokenSettings,
): AccessTokens {
  const imported = new WeakMap<object, Promise<CryptoKey | Uint8Array>>()

  function importOnce(jwk: object) {
    const known = imported.get(jwk)
    if (known) return known
    const key = importJWK(jwk as JWK, 'EdDSA')
    imported.set(jwk, key)
    return key
  }

  return {
    issue: async ({ userId, sessionId, kind, scopes }, expiresAt) => {
      const { kid, privateJwk } = await ring.signer()
      return new SignJWT({ sid: sessionId, kind, scope: scopes.join(' ') })
        .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid })
        .setSubject(userId)
        .setIssuer(issuer)
        .setAudience(audience)
        .setJti(newId())
        .setIssuedAt(now())
        .setExpirationTime(expiresAt)
        .sign(await importOnce(privateJwk as object))
    },

    verify: async (token) => {
      const keys = createLocalJWKSet({ keys: await ring.published() })
      const read = await jwtVerify(token, keys, {
        issuer,
        audience,
        algorithms: ['EdDSA'],
        typ: 'at+jwt',
        clockTolerance: clockToleranceS,
        requiredClaims: ['exp', 'sub', 'sid'],
        currentDate: now(),
      }).catch(() => undefined)
      if (!read) return undefined
      const { sub: userId, sid: sessionId, kind, scope, exp = 0 } = read.payload
      const scopes = typeof scope === 'string' ? scope.split(' ').filter(Boolean) : undefined
      const person = Person.safeParse({ userId, sessionId, kind, scopes }).data
      return person && { person, expiresAt: new Date(exp * 1_000) }
    },
  }
}
