import { Email, Phone } from '@parley/contracts'
import type { Contact } from './ports.ts'

/** What somebody calls themselves when they log in. */
export type Identifier = Contact | { kind: 'username'; value: string }

/** Names have neither `@` nor the shape of a phone number, so that each text is one of the three. */
export function readIdentifier(text: string): Identifier {
  const email = text.includes('@') ? Email.safeParse(text).data : undefined
  if (email !== undefined) return { kind: 'email', value: email }
  const phone = Phone.safeParse(text).data
  if (phone !== undefined) return { kind: 'phone', value: phone }
  return { kind: 'username', value: toUsernameKey(text) }
}

/** Names that differ in case only are one name. */
export function toUsernameKey(username: string): string {
  return username.toLowerCase()
}
