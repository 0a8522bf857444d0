import { Problem } from '@parley/contracts'

/** What version 4 of the signatures of OSS allows. */
const longestS = 7 * 86_400

/** @throws Problem `bad-request` for less than a second or more than a week */
export function checkExpiry(expiresInS: number): number {
  if (Number.isInteger(expiresInS) && expiresInS >= 1 && expiresInS <= longestS) return expiresInS
  throw new Problem('bad-request', `A signed URL lasts from 1 to ${longestS} seconds`)
}
