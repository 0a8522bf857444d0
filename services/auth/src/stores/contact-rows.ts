import type { FieldCipher, FieldPlace } from '../domain/field-cipher.ts'
import type { Contact } from '../domain/ports.ts'
import type { Contact as ContactRow } from './generated/client.ts'

/** How addresses and numbers stand in the table: sealed, found by an index that tells nothing. */
export type ContactRows = {
  /** The columns of a contact; `verifiedKey` is for one that is verified. */
  seal: (userId: string, contact: Contact) => { value: string; valueIndex: string }
  read: (row: Pick<ContactRow, 'userId' | 'kind' | 'value'>) => Contact
  /** What `valueIndex` and `verifiedKey` may be for it, by the key that they were made with. */
  indexesOf: (contact: Contact) => [string, ...string[]]
}

export function createContactRows(cipher: FieldCipher): ContactRows {
  const indexesOf = ({ kind, value }: Contact) => cipher.blindIndexes(value, `contacts.${kind}`)
  return {
    seal: (userId, contact) => {
      const [valueIndex] = indexesOf(contact)
      return { value: cipher.encrypt(contact.value, contactPlace(userId, contact.kind)), valueIndex }
    },
    read: ({ userId, kind, value }) => ({
      kind: kind as Contact['kind'],
      value: cipher.decrypt(value, contactPlace(userId, kind)),
    }),
    indexesOf,
  }
}

function contactPlace(userId: string, kind: string): FieldPlace {
  return { table: 'contacts', column: 'value', row: `${userId}:${kind}` }
}
