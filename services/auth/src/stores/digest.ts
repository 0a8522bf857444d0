import { createHash } from 'node:crypto'

/** What a key of Redis has of a token, a number or an address: whoever reads the keys learns nothing. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
