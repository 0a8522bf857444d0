import { createHmac, timingSafeEqual } from 'node:crypto'

/** What a device shows instead of its credential: which device it is, and the nonce that it was given. */
export type ProofSubject = {
  /** Normalised MAC. */
  deviceId: string
  nonce: string
}

/**
 * A device's proof that it has its credential: HMAC-SHA256 with the credential (its text as it was issued) over
 * `parley-device-proof|<deviceId>|<nonce>`, in small hexadecimal digits.
 */
export function makeDeviceProof(credential: string, { deviceId, nonce }: ProofSubject): string {
  return createHmac('sha256', credential).update(`parley-device-proof|${deviceId}|${nonce}`).digest('hex')
}

/** Compares in constant time. */
export function isDeviceProof(credential: string, subject: ProofSubject, proof: string): boolean {
  const expected = Buffer.from(makeDeviceProof(credential, subject))
  const given = Buffer.from(proof)
  return expected.length === given.length && timingSafeEqual(expected, given)
}
