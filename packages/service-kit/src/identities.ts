import { createSecretKey } from 'node:crypto'
import type { Identities } from '@parley/bus'
import { Identity, Problem } from '@parley/contracts'
import { jwtVerify, SignJWT } from 'jose'
import { secret, type Secret } from './config.ts'

/** The variables of whoever takes part in the bus. All services share the secret. */
export const identityVariables = () => ({
  internalTokenSecret: secret('INTERNAL_TOKEN_SECRET', { minLength: 32, aliases: ['SECRET_KEY', 'JWT_SECRET_KEY'] }),
  /** Still accepted while a new secret is rolled out. */
  internalTokenSecretPrevious: secret('INTERNAL_TOKEN_SECRET_PREVIOUS', { optional: true }),
})

export type IdentityConfig = { internalTokenSecret: Secret; internalTokenSecretPrevious: Secret | undefined }

const audience = 'parley-internal'
const lifeS = 60
/** A token is used again for half its life, so that whoever gets it has the other half. */
const reuseMs = (lifeS / 2) * 1_000
const clockToleranceS = 5
/** Identities and tokens that are remembered; the oldest are forgotten first. */
const mostRemembered = 10_000

/**
 * The one scheme of internal identities: a JWT (HS256) that says who is behind a call, good for a minute. Services sign
 * what they call with and verify what they are called with; a header by itself is never believed.
 * @param service the name of this service, which calls without a person behind them are made as
 */
export function createIdentities(service: string, config: IdentityConfig): Identities {
  const key = toKey(config.internalTokenSecret)
  const keys = [key, ...(config.internalTokenSecretPrevious ? [toKey(config.internalTokenSecretPrevious)] : [])]
  const signed = createMemory<Promise<string>>()
  const verified = createMemory<Identity>()

  async function verify(token: string): Promise<Identity> {
    for (const candidate of keys) {
      const read = await jwtVerify(token, candidate, {
        audience,
        algorithms: ['HS256'],
        clockTolerance: clockToleranceS,
        requiredClaims: ['exp'],
      }).catch(() => undefined)
      const identity = read && Identity.safeParse(read.payload['identity']).data
      if (identity) return verified.keep(token, identity, (read.payload.exp ?? 0) * 1_000)
    }
    throw new Problem('unauthorized', 'The identity of the call is not valid')
  }

  function sign(identity: Identity): Promise<string> {
    const name = JSON.stringify(identity)
    const known = signed.find(name)
    if (known) return known
    const now = Math.floor(Date.now() / 1_000)
    const token = new SignJWT({ identity })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(service)
      .setAudience(audience)
      .setIssuedAt(now)
      .setExpirationTime(now + lifeS)
      .sign(key)
    return signed.keep(name, token, Date.now() + reuseMs)
  }

  return {
    own: { kind: 'service', service },
    sign,
    verify: async (token) => verified.find(token) ?? verify(token),
  }
}

function toKey(value: Secret) {
  return createSecretKey(Buffer.from(value.reveal()))
}

/** Values that are good until a time. */
function createMemory<Value>() {
  const values = new Map<string, { value: Value; until: number }>()
  return {
    find: (name: string): Value | undefined => {
      const found = values.get(name)
      if (!found) return undefined
      if (found.until > Date.now()) return found.value
      values.delete(name)
      return undefined
    },
    keep: (name: string, value: Value, until: number): Value => {
      if (values.size >= mostRemembered) values.delete(values.keys().next().value as string)
      values.set(name, { value, until })
      return value
    },
  }
}
