import { createHmac, timingSafeEqual } from 'node:crypto'

export type CredentialSubject = {
  /** Normalised MAC. */
  deviceId: string
  clientId: string
  /** Raised to revoke what was issued before. */
  epoch: number
}

/**
 * A device's credential: HMAC-SHA256 over who it is. It does not expire, because a device asks for it only when it
 * starts; it is revoked by raising the epoch. Nothing secret has to be stored.
 */
export function issueDeviceToken(secret: string, { deviceId, clientId, epoch }: CredentialSubject): string {
  const signature = createHmac('sha256', secret).update(`${clientId}|${deviceId}|${epoch}`).digest('base64url')
  return `${signature}.${epoch}`
}

/** Compares in constant time. */
export function isDeviceToken(secret: string, subject: CredentialSubject, token: string): boolean {
  const expected = Buffer.from(issueDeviceToken(secret, subject))
  const given = Buffer.from(token)
  return expected.length === given.length && timingSafeEqual(expected, given)
}
