import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import type { Secret } from '@parley/service-kit'
import type { Sealing } from '../stores/prisma-signing-key-store.ts'

const ivBytes = 12
const tagBytes = 16

/**
 * AES-256-GCM by keys made of secrets: the first seals, any of them opens. What a text is about is bound to it, so that it
 * cannot be put in another's place.
 */
export function createSealing(secrets: readonly Secret[], purpose: string): Sealing {
  const keys = secrets.map((secret) => Buffer.from(hkdfSync('sha256', secret.reveal(), '', purpose, 32)))
  const [first] = keys
  if (!first) throw new Error('Sealing takes a secret')
  return {
    seal: (text, about) => {
      const iv = randomBytes(ivBytes)
      const cipher = createCipheriv('aes-256-gcm', first, iv).setAAD(Buffer.from(about))
      const sealed = Buffer.concat([cipher.update(text), cipher.final()])
      return new Uint8Array(Buffer.concat([iv, cipher.getAuthTag(), sealed]))
    },
    open: (sealed, about) => {
      for (const key of keys) {
        const opened = tryOpen(key, Buffer.from(sealed), about)
        if (opened !== undefined) return opened
      }
      return undefined
    },
  }
}

function tryOpen(key: Buffer, sealed: Buffer, about: string): string | undefined {
  try {
    const iv = sealed.subarray(0, ivBytes)
    const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes }).setAAD(Buffer.from(about))
    decipher.setAuthTag(sealed.subarray(ivBytes, ivBytes + tagBytes))
    return Buffer.concat([decipher.update(sealed.subarray(ivBytes + tagBytes)), decipher.final()]).toString()
  } catch {
    return undefined
  }
}
