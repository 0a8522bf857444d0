import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import type { FieldCipher, FieldPlace } from '../../domain/field-cipher.ts'

type FieldKey = { sealing: Buffer; index: Buffer }

/** Keys by id; `current` seals, the others still open what they have sealed. */
export type FieldKeys = { current: string; keys: Readonly<Record<string, FieldKey>> }

const version = 'v1'
const algorithm = 'aes-256-gcm'
const nonceBytes = 12
const tagBytes = 16

/** Keys made of secrets by HKDF-SHA-256, named by what they are: the first secret's is the current one. */
export function deriveFieldKeys(secrets: readonly [string, ...string[]]): FieldKeys {
  const named = secrets.map((secret) => {
    const derive = (what: string) => Buffer.from(hkdfSync('sha256', secret, '', what, 32))
    const sealing = derive('fields')
    const id = createHash('sha256').update(sealing).digest('hex').slice(0, 8)
    return [id, { sealing, index: derive('look-ups') }] as const
  })
  return { current: named[0]?.[0] ?? '', keys: Object.fromEntries(named) }
}

/** Personal data at rest: AES-256-GCM with a fresh nonce each time, bound to its place by the additional data. */
export function createFieldCipher({ current, keys }: FieldKeys): FieldCipher {
  const ids = [current, ...Object.keys(keys).filter((id) => id !== current)]

  function keyOf(id: string): FieldKey {
    const key = keys[id]
    if (!key) throw new Error(`The key "${id}" of a field is not here`)
    return key
  }

  return {
    currentPrefix: `${version}.${current}.`,

    encrypt: (text, place) => {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv(algorithm, keyOf(current).sealing, nonce).setAAD(bind(current, place))
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return [version, current, nonce, sealed, cipher.getAuthTag()].map(toText).join('.')
    },

    decrypt: (sealed, place) => {
      const [made, id = '', nonce = '', content = '', tag = '', ...more] = sealed.split('.')
      const seal = Buffer.from(tag, 'base64url')
      if (made !== version || more.length > 0 || seal.length !== tagBytes)
        throw new Error('A field is not sealed as ours are')
      const decipher = createDecipheriv(algorithm, keyOf(id).sealing, Buffer.from(nonce, 'base64url'), {
        authTagLength: tagBytes,
      })
      decipher.setAAD(bind(id, place)).setAuthTag(seal)
      return Buffer.concat([decipher.update(Buffer.from(content, 'base64url')), decipher.final()]).toString('utf8')
    },

    blindIndexes: (value, purpose) => {
      const [first, ...others] = ids.map((id) =>
        createHmac('sha256', keyOf(id).index).update(`${purpose}\0${value}`).digest('base64url'),
      )
      return [first ?? '', ...others]
    },
  }
}

function bind(keyId: string, { table, column, row }: FieldPlace): Buffer {
  return Buffer.from(JSON.stringify([version, keyId, table, column, row]))
}

function toText(part: string | Buffer): string {
  return typeof part === 'string' ? part : part.toString('base64url')
}
