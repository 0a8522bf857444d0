import type { Secret } from '@parley/service-kit'
import { createHmac, timingSafeEqual } from 'node:crypto'
import { isObjectKey } from '../object-key.ts'

/** Where a gateway serves what it verifies. */
const prefix = '/files/'

/** `{publicUrl}/files/{key}?expires={Unix seconds}&signature={HMAC-SHA256, base64url}` */
export function signFileUrl(
  key: string,
  { publicUrl, secret, expiresAt }: { publicUrl: string; secret: Secret; expiresAt: Date },
): string {
  const expires = String(Math.ceil(expiresAt.getTime() / 1_000))
  const signature = sign(secret, key, expires).toString('base64url')
  return `${publicUrl.replace(/\/+$/, '')}${prefix}${key}?expires=${expires}&signature=${signature}`
}

/**
 * The key that a request may read, by its path with the query (`/files/…?expires=…&signature=…`); undefined when it is not
 * one of our URLs, was changed or has expired. The signature is compared in constant time.
 */
export function verifyFilePath(
  pathWithQuery: string,
  { secret, now = new Date() }: { secret: Secret; now?: Date },
): string | undefined {
  const [path = '', query = ''] = pathWithQuery.split(/\?(.*)/s)
  const key = path.startsWith(prefix) ? path.slice(prefix.length) : ''
  if (!isObjectKey(key)) return undefined
  const { expires = '', signature = '' } = Object.fromEntries(new URLSearchParams(query))
  const given = Buffer.from(signature, 'base64url')
  const expected = sign(secret, key, expires)
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined
  return now.getTime() <= Number(expires) * 1_000 ? key : undefined
}

function sign(secret: Secret, key: string, expires: string): Buffer {
  return createHmac('sha256', secret.reveal()).update(`GET\n${prefix}${key}\n${expires}`).digest()
}
