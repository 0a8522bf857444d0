import { PublicKey } from '@parley/contracts'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose'
import { z } from 'zod'
import type { SigningKey } from '../../domain/signing-keys.ts'

/** A new key pair (Ed25519), named by its thumbprint (RFC 7638). */
export async function makeSigningKey(signsFrom: Date): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  return toSigningKey(await exportJWK(privateKey), signsFrom)
}

const GivenKeys = z.object({
  keys: z.array(z.looseObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string() })).min(1),
})

/** Keys from a JWK set (RFC 7517): those with `d` sign, all verify. @throws Error when it is none of Ed25519 keys */
export async function readSigningKeys(text: string): Promise<SigningKey[]> {
  const { keys } = GivenKeys.parse(JSON.parse(text))
  return Promise.all(keys.map((jwk) => toSigningKey(jwk, new Date(0))))
}

async function toSigningKey(jwk: JWK, signsFrom: Date): Promise<SigningKey> {
  const kid = jwk.kid ?? (await calculateJwkThumbprint(jwk))
  const { kty, crv, x } = jwk
  const publicJwk = PublicKey.parse({ kty, crv, x, kid, alg: 'EdDSA', use: 'sig' })
  return { kid, publicJwk, privateJwk: jwk.d === undefined ? undefined : { ...jwk, kid }, signsFrom }
}
