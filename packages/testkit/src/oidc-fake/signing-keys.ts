import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTPayload } from 'jose'

/** The keys with which a provider signs, the newest first. */
export type SigningKeys = {
  published: () => { keys: JWK[] }
  sign: (claims: JWTPayload) => Promise<string>
  /** From now on another key signs; the others stay published. */
  rotate: () => Promise<void>
}

export async function createSigningKeys(): Promise<SigningKeys> {
  const keys: { kid: string; privateKey: CryptoKey; jwk: JWK }[] = []

  async function rotate(): Promise<void> {
    const kid = `key-${keys.length + 1}`
    const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
    keys.unshift({ kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' } })
  }

  await rotate()
  return {
    rotate,
    published: () => ({ keys: keys.map(({ jwk }) => jwk) }),
    sign: (claims) => {
      const [key] = keys
      if (!key) throw new Error('There is no key')
      return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: key.kid, typ: 'JWT' }).sign(key.privateKey)
    },
  }
}
