import { timingSafeEqual } from 'node:crypto'
import type { FakeRequest } from '../fake-server.ts'
import { signRpc } from './rpc-signature.ts'

/** As long as a signature is good, before and after its time. */
const freshMs = 900_000

/** Says no in the vendor's way. */
export class Refusal extends Error {
  readonly code: string
  /** What is wrong with the request is an HTTP error; what is wrong with the message is none. */
  readonly status: number
  constructor(code: string, status = 200) {
    super(code)
    this.code = code
    this.status = status
  }
}

/** A POST has them in its form, a GET in its query; a name that comes twice is none of ours. */
export function readParameters({ method, query, body, headers }: FakeRequest): Record<string, string> {
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true
  const pairs = [...new URLSearchParams(method === 'POST' && isForm ? body : query)]
  return new Set(pairs.map(([name]) => name)).size === pairs.length ? Object.fromEntries(pairs) : {}
}

export type RpcRules = {
  accessKeyId: string
  accessKeySecret: string
  now: Date
  /** Those that were used: they are noted. */
  nonces: Set<string>
  /** Whether there is such an action in such a version. */
  knows: (version: string, action: string) => boolean
}

/** Checks what every request of the RPC protocol has (signature method HMAC-SHA1). @throws Refusal */
export function checkRpc(
  { method, path }: FakeRequest,
  given: Record<string, string>,
  { accessKeyId, accessKeySecret, now, nonces, knows }: RpcRules,
): void {
  for (const name of ['Action', 'Version', 'AccessKeyId', 'Signature', 'Timestamp', 'SignatureNonce'])
    if (!given[name]) throw new Refusal(`Missing${name}`, 400)
  if (path !== '/' || !knows(given['Version'] ?? '', given['Action'] ?? ''))
    throw new Refusal('InvalidAction.NotFound', 404)
  if (given['Format'] !== 'JSON') throw new Refusal('InvalidParameter.Format', 400)
  if (given['SignatureMethod'] !== 'HMAC-SHA1' || given['SignatureVersion'] !== '1.0')
    throw new Refusal('InvalidSignatureMethod', 400)
  if (given['AccessKeyId'] !== accessKeyId) throw new Refusal('InvalidAccessKeyId.NotFound', 404)
  const time = given['Timestamp'] ?? ''
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(time)
  if (!isTime || Math.abs(Date.parse(time) - now.getTime()) > freshMs)
    throw new Refusal('InvalidTimeStamp.Expired', 400)
  if (!equal(given['Signature'] ?? '', signRpc(method, given, accessKeySecret)))
    throw new Refusal('SignatureDoesNotMatch', 400)
  const nonce = given['SignatureNonce'] ?? ''
  if (nonces.has(nonce)) throw new Refusal('SignatureNonceUsed', 400)
  nonces.add(nonce)
}

function equal(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)]
  return left.length === right.length && timingSafeEqual(left, right)
}
