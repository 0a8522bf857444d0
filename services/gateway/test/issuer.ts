import type { Bus } from '@parley/bus'
import { authSessions, PublicKey, type Person } from '@parley/contracts'
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTHeaderParameters } from 'jose'

/** What may be wrong with a token. */
export type Claims = { iss?: string; aud?: string; exp?: number | undefined; sid?: string | undefined; header?: object }

/** A stand-in for the part of auth that signs JWTs and knows which sessions ended. */
export type Issuer = {
  jwt: (person: Person, claims?: Claims) => Promise<string>
  /** Signs with another key from now on, and publishes it beside the ones before. */
  rotate: () => Promise<void>
  /** Ends a session without telling anybody who does not ask. */
  endQuietly: (sessionId: string) => void
  /** Answers nobody who asks which sessions ended. */
  fallSilent: () => void
  readonly publicKeys: PublicKey[]
  readonly privateKey: CryptoKey
}

const issuer = 'parley'
const audience = 'parley-api'

export async function serveIssuer(bus: Bus): Promise<Issuer> {
  const publicKeys: PublicKey[] = []
  const ended: { sessionId: string; endedAt: string }[] = []
  let privateKey: CryptoKey
  let kid = ''

  async function rotate() {
    const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
    privateKey = pair.privateKey
    kid = `key-${publicKeys.length + 1}`
    publicKeys.push(PublicKey.parse({ ...(await exportJWK(pair.publicKey)), kid, alg: 'EdDSA', use: 'sig' }))
  }

  await rotate()
  bus.handle(authSessions.accessKeys, () => ({ issuer, audience, keys: publicKeys }))
  const telling = bus.handle(authSessions.endedSessions, ({ since = '' }) => {
    return { ended: ended.filter(({ endedAt }) => endedAt >= since), now: new Date().toISOString() }
  })
  return {
    publicKeys,
    rotate,
    get privateKey() {
      return privateKey
    },
    jwt: ({ userId, sessionId, kind, scopes }, claims = {}) => {
      const payload = {
        iss: issuer,
        aud: audience,
        sub: userId,
        sid: sessionId,
        kind,
        scope: scopes.join(' '),
        exp: Math.floor(Date.now() / 1_000) + 900,
        ...claims,
      }
      const { header, ...rest } = payload as typeof payload & Claims
      const head = { alg: 'EdDSA', typ: 'at+jwt', kid, ...header } as JWTHeaderParameters
      return new SignJWT(rest).setProtectedHeader(head).sign(privateKey)
    },
    endQuietly: (sessionId) => void ended.push({ sessionId, endedAt: new Date().toISOString() }),
    fallSilent: () => telling.stop(),
  }
}
