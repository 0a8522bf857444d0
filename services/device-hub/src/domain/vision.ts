import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Vision } from './device-tools.ts'

export const visionPath = '/mcp/vision/explain'

/** A token for the pictures of one session of one device: whoever holds the session decides whether it still counts. */
export function issueVisionToken(secret: string, deviceId: string, sessionId: string): string {
  const signature = createHmac('sha256', secret).update(`vision|${deviceId}|${sessionId}`).digest('base64url')
  return `${sessionId}.${signature}`
}

/** The session that a token is for; undefined when it is none of this device. Compares in constant time. */
export function readVisionToken(secret: string, deviceId: string, token: string): string | undefined {
  const sessionId = token.slice(0, Math.max(0, token.indexOf('.')))
  const expected = Buffer.from(issueVisionToken(secret, deviceId, sessionId))
  const given = Buffer.from(token)
  return expected.length === given.length && timingSafeEqual(expected, given) ? sessionId : undefined
}

/** Where a device sends what its camera sees: under the address at which it reached this installation. */
export function visionUrls(secret: string) {
  return (deviceId: string, origin: string) =>
    (sessionId: string): Vision => ({
      url: `${origin}${visionPath}`,
      token: issueVisionToken(secret, deviceId, sessionId),
    })
}
