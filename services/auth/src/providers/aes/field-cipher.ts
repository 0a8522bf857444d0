import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'

/** Where a value stands: what was encrypted for one place cannot be read in another. */
export type FieldPlace = { table: string; column: string; row: string }

export type FieldCipher = {
  /** `v1.{key id}.{nonce}.{ciphertext}.{tag}`, base64url. */
  encrypt: (text: string, place: FieldPlace) => string
  /** @throws Error for what was changed, was made for another place, or with a key that is not here any more */
  decrypt: (sealed: string, place: FieldPlace) => string
  /** Whether it is sealed with the key that is in use now. */
  isCurrent: (sealed: string) => boolean
  /** The same for the same value: for looking one up without being able to read it. `purpose` keeps columns apart. */
  blindIndex: (value: string, purpose: string) => string
}

/** Keys by id, 32 bytes each; `current` seals, the others still open. The index key never changes. */
export type FieldKeys = { current: string; keys: Record<string, Buffer>; indexKey: Buffer }

const version = 'v1'
const algorithm = 'aes-256-gcm'
const nonceBytes = 12
const tagBytes = 16

/** Personal data at rest: AES-256-GCM with a fresh nonce each time, bound to its place by the additional data. */
export function createFieldCipher({ current, keys, indexKey }: FieldKeys): FieldCipher {
  function keyOf(id: string): Buffer {
    const key = keys[id]
    if (!key) throw new Error(`The key "${id}" of a field is not here`)
    return key
  }

  return {
    encrypt: (text, place) => {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv(algorithm, keyOf(current), nonce).setAAD(bind(current, place))
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return [version, current, nonce, sealed, cipher.getAuthTag()].map(toText).join('.')
    },

    decrypt: (sealed, place) => {
      const [made, id = '', nonce = '', content = '', tag = '', ...more] = sealed.split('.')
      const seal = Buffer.from(tag, 'base64url')
      if (made !== version || more.length > 0 || seal.length !== tagBytes)
        throw new Error('A field is not sealed as ours are')
      const decipher = createDecipheriv(algorithm, keyOf(id), Buffer.from(nonce, 'base64url'), {
        authTagLength: tagBytes,
      })
      decipher.setAAD(bind(id, place)).setAuthTag(seal)
      return Buffer.concat([decipher.update(Buffer.from(content, 'base64url')), decipher.final()]).toString('utf8')
    },

    isCurrent: (sealed) => sealed.startsWith(`${version}.${current}.`),

    blindIndex: (value, purpose) => createHmac('sha256', indexKey).update(`${purpose}\0${value}`).digest('base64url'),
  }
}

function bind(keyId: string, { table, column, row }: FieldPlace): Buffer {
  return Buffer.from(JSON.stringify([version, keyId, table, column, row]))
}

function toText(part: string | Buffer): string {
  return typeof part === 'string' ? part : part.toString('base64url')
}
