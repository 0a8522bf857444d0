import { createHash } from 'node:crypto'
import type { Client } from '@parley/contracts'

/** What is stored of a token that has enough chance in it: SHA-256. */
export function digest(token: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(token).digest())
}

/** What tells one client of a user from another. The address is not in it: phones change theirs all the time. */
export function fingerprintOf({ userAgent = '', device = '' }: Client): string {
  return createHash('sha256')
    .update(JSON.stringify([userAgent, device]))
    .digest('base64url')
}
