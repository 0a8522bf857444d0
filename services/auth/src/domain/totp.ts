import { createHmac, timingSafeEqual } from 'node:crypto'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const stepS = 30
const digits = 6

/** A code of RFC 4226: HMAC-SHA-1 of a counter, cut to six digits. */
export function hotp(secret: Uint8Array, counter: number): string {
  const message = Buffer.alloc(8)
  message.writeBigUInt64BE(BigInt(counter))
  const mac = createHmac('sha1', secret).update(message).digest()
  const offset = (mac.at(-1) ?? 0) & 0x0f
  const number = (mac.readUInt32BE(offset) & 0x7fff_ffff) % 10 ** digits
  return String(number).padStart(digits, '0')
}

/**
 * The time step (RFC 6238, 30 s) that a code belongs to: the one of now, the one before or the one after, for clocks that are
 * not quite right; undefined when it is of none of them.
 */
export function matchTotp(secret: Uint8Array, code: string, at: Date): number | undefined {
  const step = Math.floor(at.getTime() / 1_000 / stepS)
  const given = Buffer.from(code)
  // Every step is compared, so that the time does not tell which one was right.
  const matching = [step - 1, step, step + 1].filter((candidate) => {
    const expected = Buffer.from(hotp(secret, candidate))
    return expected.length === given.length && timingSafeEqual(expected, given)
  })
  return matching[0]
}

/** What an authenticator app reads, as a QR code or typed in. */
export function totpUri({ secret, account, issuer }: { secret: string; account: string; issuer: string }): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`
  const parameters = new URLSearchParams({ secret, issuer, algorithm: 'SHA1', digits: '6', period: '30' })
  return `otpauth://totp/${label}?${parameters.toString().replaceAll('+', '%20')}`
}

/** RFC 4648 base32, without padding. */
export function toBase32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  const groups = bits.match(/.{1,5}/g) ?? []
  return groups.map((group) => alphabet[Number.parseInt(group.padEnd(5, '0'), 2)]).join('')
}

/** @throws Error for what is no base32 */
export function fromBase32(text: string): Uint8Array {
  const bits = Array.from(text, (letter) => {
    const value = alphabet.indexOf(letter)
    if (value < 0) throw new Error('This is no base32')
    return value.toString(2).padStart(5, '0')
  })
  const bytes = bits.join('').match(/.{8}/g) ?? []
  return Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 2))
}
