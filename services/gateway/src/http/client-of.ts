import type { Client } from '@parley/contracts'
import type { Request } from 'express'

/** Where a request comes from, for the list of sessions. @param device what the app calls itself */
export function clientOf(request: Pick<Request, 'headers' | 'ip'>, device?: string): Client {
  const { 'user-agent': userAgent } = request.headers
  return {
    ...(userAgent !== undefined && { userAgent: userAgent.slice(0, 512) }),
    ...(request.ip !== undefined && { address: request.ip.slice(0, 64) }),
    ...(device !== undefined && { device }),
  }
}
