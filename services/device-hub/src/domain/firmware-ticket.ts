import { createHmac, timingSafeEqual } from 'node:crypto'

/**
 * The file name under which one device downloads one image: nobody else knows it, and it says who downloads. Without colons: firmware
 * takes the first one in an address for that of the port.
 */
export function toTicket(secret: string, deviceId: string, releaseId: string): string {
  const signature = createHmac('sha256', secret).update(`firmware|${releaseId}|${deviceId}`).digest('hex').slice(0, 32)
  return `${deviceId.replaceAll(':', '')}-${signature}`
}

/** Whose ticket it is; undefined when it is none for this release. Compares in constant time. */
export function readTicket(secret: string, ticket: string, releaseId: string): string | undefined {
  const deviceId = (ticket.slice(0, 12).match(/../g) ?? []).join(':')
  const expected = Buffer.from(toTicket(secret, deviceId, releaseId))
  const given = Buffer.from(ticket)
  return expected.length === given.length && timingSafeEqual(expected, given) ? deviceId : undefined
}
