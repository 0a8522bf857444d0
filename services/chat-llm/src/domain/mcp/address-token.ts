import { createHmac, timingSafeEqual } from 'node:crypto'
import { parse, stringify, validate } from 'uuid'

/** For which agent an address is, and its how many-th one. */
export type AddressClaim = { agentId: string; epoch: number }

const macBytes = 16
const claimBytes = 20

/** The token of an address: agent and epoch under a MAC, as URLs take it. Whoever has the key needs no database to tell a forgery. */
export function writeAddressToken({ agentId, epoch }: AddressClaim, key: Uint8Array): string {
  const claim = Buffer.alloc(claimBytes)
  claim.set(parse(agentId))
  claim.writeUInt32BE(epoch, 16)
  return Buffer.concat([claim, mac(claim, key)]).toString('base64url')
}

/** Undefined for a token that was not made with one of these keys. */
export function readAddressToken(token: string, keys: readonly Uint8Array[]): AddressClaim | undefined {
  const bytes = Buffer.from(token, 'base64url')
  if (bytes.length !== claimBytes + macBytes) return undefined
  const claim = bytes.subarray(0, claimBytes)
  if (!keys.some((key) => timingSafeEqual(mac(claim, key), bytes.subarray(claimBytes)))) return undefined
  const agentId = stringify(claim.subarray(0, 16))
  return validate(agentId) ? { agentId, epoch: claim.readUInt32BE(16) } : undefined
}

function mac(claim: Uint8Array, key: Uint8Array): Buffer {
  return createHmac('sha256', key).update(claim).digest().subarray(0, macBytes)
}
