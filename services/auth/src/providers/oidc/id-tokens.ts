import { Problem } from '@parley/contracts'
import { createRemoteJWKSet, customFetch, errors, jwtVerify, type JWTPayload } from 'jose'
import { notAccepted } from '../vendor-answers.ts'

export type IdTokenSettings = {
  who: string
  issuer: string
  audiences: string[]
  jwksUri: string
  timeoutMs: number
  now: () => Date
  fetch: typeof fetch
  /** For so long the keys are not asked for again, however many tokens come with one that is not among them. */
  keysCooldownMs?: number
}

/** Signatures that need the provider's own key: never `none`, and never a shared secret. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']
const clockToleranceS = 60

export type VerifyIdToken = (token: string, expected: { nonce: string }) => Promise<JWTPayload & { sub: string }>

/**
 * Verifies identity tokens by the keys that the provider publishes, which are fetched when they are needed and again for a
 * key that is new. Issuer, audience, times and the nonce of the attempt must be right.
 */
export function createVerifyIdToken(settings: IdTokenSettings): VerifyIdToken {
  const { who, issuer, audiences, jwksUri, timeoutMs, now, fetch, keysCooldownMs = 30_000 } = settings
  const keys = createRemoteJWKSet(new URL(jwksUri), {
    timeoutDuration: timeoutMs,
    cooldownDuration: keysCooldownMs,
    [customFetch]: fetch,
  })

  return async (token, { nonce }) => {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience: audiences,
      algorithms,
      clockTolerance: clockToleranceS,
      currentDate: now(),
      requiredClaims: ['sub', 'iat', 'exp'],
    }).catch((error: unknown) => {
      throw toProblem(error, who)
    })
    const { sub, aud, azp } = payload
    if (typeof sub !== 'string' || sub === '' || sub.length > 255) throw notAccepted(who, 'no subject')
    if (payload['nonce'] !== nonce) throw notAccepted(who, 'another nonce')
    if (Array.isArray(aud) && aud.length > 1 && !audiences.includes(String(azp)))
      throw notAccepted(who, 'for another app')
    return { ...payload, sub }
  }
}

/** A token that is not right, or keys that cannot be had. */
function toProblem(error: unknown, who: string): Problem {
  const passing = [errors.JWKSTimeout, errors.JWKSInvalid]
  const aboutToken = error instanceof errors.JOSEError && !passing.some((kind) => error instanceof kind)
  if (aboutToken && error.code !== 'ERR_JOSE_GENERIC') return notAccepted(who, error.code)
  return new Problem('provider-failed', `The keys of ${who} cannot be had`, { cause: error })
}
