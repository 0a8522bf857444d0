import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { VendorError } from './vendor-error.ts'

/** A request as it came: header names in lower case, the body's very bytes. */
export type ReceivedRequest = {
  method: string
  /** Path and query, as in the request line. */
  target: string
  headers: Record<string, string | undefined>
  body: Buffer
}

export type FakeAccount = {
  accessKeyId: string
  secretKey: string
  /** Only requests that carry this token are this account's. */
  sessionToken?: string
  /** The RTC apps that it owns. */
  appIds: string[]
}

const region = 'cn-north-1'
const service = 'rtc'
/** As long as a signature is good, before and after its time. */
const freshMs = 900_000

type Authorization = { accessKeyId: string; scope: string[]; signedHeaders: string[]; signature: string }

/**
 * Does with a signature what the vendor's gateway does: everything is made anew from what arrived, over the headers that the
 * request says it signed.
 * @returns whose request it is
 * @throws VendorError that says what is wrong
 */
export function checkSignature(
  request: ReceivedRequest,
  { accounts, now }: { accounts: FakeAccount[]; now: Date },
): FakeAccount {
  const { accessKeyId, scope, signedHeaders, signature } = readAuthorization(request.headers['authorization'])
  const time = readTime(request.headers['x-date'], now)
  checkScope(scope, time)
  const account = accounts.find((one) => one.accessKeyId === accessKeyId)
  if (!account)
    throw new VendorError('InvalidAccessKey', `The accesskey [${accessKeyId}] included in the request is invalid.`)
  checkSessionToken(account, request.headers['x-security-token'])
  checkSignedHeaders(request, signedHeaders)
  const expected = sign(request, { secretKey: account.secretKey, scope, time, signedHeaders })
  if (!equal(signature, expected)) throw mismatch()
  return account
}

const authorizationShape =
  /^HMAC-SHA256 Credential=([^/,\s]+)\/([^,\s]+), SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/

function readAuthorization(text: string | undefined): Authorization {
  if (text === undefined)
    throw new VendorError('MissingRequestInfo', 'The request is missing Authorization information.')
  const [, accessKeyId, scope, signedHeaders, signature] = authorizationShape.exec(text) ?? []
  if (!accessKeyId || !scope || !signedHeaders || !signature) {
    throw new VendorError('InvalidAuthorization', 'The Authorization of the request is malformed.')
  }
  return { accessKeyId, scope: scope.split('/'), signedHeaders: signedHeaders.split(';'), signature }
}

function readTime(text: string | undefined, now: Date): string {
  if (text === undefined) throw new VendorError('MissingRequestInfo', 'The request is missing X-Date information.')
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? []
  const [year = Number.NaN, month = 0, day, hour, minute, second] = parts.map(Number)
  const awayMs = Math.abs(Date.UTC(year, month - 1, day, hour, minute, second) - now.getTime())
  if (awayMs <= freshMs) return text
  throw new VendorError('InvalidTimestamp', 'The Signature of the request is expired.')
}

function checkScope(scope: string[], time: string): void {
  const [date, inRegion, ofService, end, ...more] = scope
  if (end !== 'request' || more.length > 0 || date !== time.slice(0, 8) || inRegion !== region)
    throw new VendorError('InvalidCredential', `The credential scope [${scope.join('/')}] is invalid.`)
  if (ofService !== service) throw new VendorError('ServiceNotFound', `This service[${ofService}] not found.`)
}

function checkSessionToken(account: FakeAccount, given: string | undefined): void {
  if (given !== account.sessionToken)
    throw new VendorError('InvalidSecretToken', 'The security token included in the request is invalid.')
}

/** The time, the digest of a body and a session token count only when they are signed. */
function checkSignedHeaders({ headers, body }: ReceivedRequest, signed: string[]): void {
  const needed = ['x-date', ...(body.length > 0 ? ['x-content-sha256'] : [])]
  if (headers['x-security-token'] !== undefined) needed.push('x-security-token')
  const sorted = signed.every((name, index) => index === 0 || (signed[index - 1] as string) < name)
  if (!sorted || needed.some((name) => !signed.includes(name))) throw mismatch()
  if (signed.some((name) => headers[name] === undefined)) throw mismatch()
  const digest = headers['x-content-sha256']
  if (digest !== undefined && digest !== hash(body)) throw mismatch()
}

function sign(
  { method, target, headers, body }: ReceivedRequest,
  given: { secretKey: string; scope: string[]; time: string; signedHeaders: string[] },
): string {
  const [path = '/', query = ''] = target.split('?', 2)
  let canonical = `${method}\n${path}\n${normalise(query)}\n`
  for (const name of given.signedHeaders) canonical += `${name}:${squeeze(headers[name] ?? '')}\n`
  canonical += `\n${given.signedHeaders.join(';')}\n${hash(body)}`
  const toSign = `HMAC-SHA256\n${given.time}\n${given.scope.join('/')}\n${hash(Buffer.from(canonical))}`
  let key: string | Buffer = given.secretKey
  for (const part of given.scope) key = createHmac('sha256', key).update(part).digest()
  return createHmac('sha256', key).update(toSign).digest('hex')
}

/** The query in the only spelling that is signed, whatever spelling it came in. */
function normalise(query: string): string {
  const pairs = query
    .split('&')
    .filter(Boolean)
    .map((pair) => {
      const [name = '', ...value] = pair.split('=')
      return [respell(name), respell(value.join('='))] as const
    })
  pairs.sort(([name, value], [otherName, otherValue]) =>
    name === otherName ? Number(value > otherValue) - Number(value < otherValue) : name < otherName ? -1 : 1,
  )
  return pairs.map((pair) => pair.join('=')).join('&')
}

function respell(text: string): string {
  const bytes = Buffer.from(decodeURIComponent(text))
  return [...bytes].map((byte) => (isPlain(byte) ? String.fromCharCode(byte) : toHex(byte))).join('')
}

function isPlain(byte: number): boolean {
  return /[A-Za-z0-9_.~-]/.test(String.fromCharCode(byte))
}

function toHex(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
}

function squeeze(value: string): string {
  return value.trim().split(/\s+/).join(' ')
}

function hash(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function equal(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(one), Buffer.from(other))
}

function mismatch(): VendorError {
  return new VendorError(
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your Secret Access Key and signing method. Consult the service documentation for details.',
  )
}
