import { randomUUID, timingSafeEqual } from 'node:crypto'
import { startFakeServer, type FakeAnswer, type FakeRequest, type FakeServer } from '../fake-server.ts'
import { createRequestLog, type RequestLog } from '../request-log.ts'
import { signRpc } from './rpc-signature.ts'

/** A message that was accepted. */
export type AliyunSms = { phone: string; signName: string; templateCode: string; parameters: Record<string, string> }

/** A request that came, with the code of its answer. */
export type AliyunRequest = { action: string; code: string; nonce: string }

export type AliyunFakeSettings = {
  accessKeyId: string
  accessKeySecret: string
  signNames: string[]
  /** Templates by code, with the variables that they have. */
  templates: Record<string, string[]>
  now?: () => Date
  /** Asked for every good message: refuses it in the vendor's way (`isv.…`), or takes it and never answers. */
  script?: (sms: AliyunSms, index: number) => { code: string } | { lost: 'silence' | 'cut' } | undefined
}

/** Aliyun's SMS service by the RPC protocol, on loopback: strict with signatures, times, nonces and parameters. */
export type AliyunFake = FakeServer & {
  readonly requests: AliyunRequest[]
  readonly messages: AliyunSms[]
  readonly sent: RequestLog<AliyunSms>
}

const version = '2017-05-25'
/** As long as a signature is good, before and after its time. */
const freshMs = 900_000
const numbers = /^(1[3-9]\d{9}|(?!86)[1-9]\d{6,14})$/

class Refusal extends Error {
  readonly code: string
  /** What is wrong with the request is an HTTP error; what is wrong with the message is none. */
  readonly status: number
  constructor(code: string, status = 200) {
    super(code)
    this.code = code
    this.status = status
  }
}

export async function startAliyunFake(settings: AliyunFakeSettings): Promise<AliyunFake> {
  const { now = () => new Date(), script } = settings
  const requests: AliyunRequest[] = []
  const sent = createRequestLog<AliyunSms>(({ phone }) => phone)
  const nonces = new Set<string>()

  function serve(request: FakeRequest): FakeAnswer {
    const parameters = readParameters(request)
    const noted = { action: parameters['Action'] ?? '', code: 'OK', nonce: parameters['SignatureNonce'] ?? '' }
    requests.push(noted)
    const RequestId = randomUUID().toUpperCase()
    try {
      checkRequest(request, parameters, { ...settings, now: now(), nonces })
      const message = readMessage(parameters, settings)
      const plan = script?.(message, sent.requests.length)
      if (plan && 'code' in plan) throw new Refusal(plan.code)
      sent.add(message)
      if (plan) return plan.lost
      return { body: { Message: 'OK', RequestId, Code: 'OK', BizId: `${Date.now()}^0` } }
    } catch (error) {
      const { code, status } = error instanceof Refusal ? error : new Refusal('InternalError', 500)
      noted.code = code
      return { status, body: { Message: `refused: ${code}`, RequestId, Code: code } }
    }
  }

  const server = await startFakeServer(serve)
  return Object.assign(server, { requests, sent, messages: sent.requests })
}

/** A POST has them in its form, a GET in its query; a name that comes twice is none of ours. */
function readParameters({ method, query, body, headers }: FakeRequest): Record<string, string> {
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true
  const pairs = [...new URLSearchParams(method === 'POST' && isForm ? body : query)]
  return new Set(pairs.map(([name]) => name)).size === pairs.length ? Object.fromEntries(pairs) : {}
}

function checkRequest(
  { method, path }: FakeRequest,
  given: Record<string, string>,
  { accessKeyId, accessKeySecret, now, nonces }: Omit<AliyunFakeSettings, 'now'> & { now: Date; nonces: Set<string> },
): void {
  for (const name of ['Action', 'Version', 'AccessKeyId', 'Signature', 'Timestamp', 'SignatureNonce'])
    if (!given[name]) throw new Refusal(`Missing${name}`, 400)
  if (path !== '/' || given['Version'] !== version || given['Action'] !== 'SendSms')
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

function readMessage(given: Record<string, string>, { signNames, templates }: AliyunFakeSettings): AliyunSms {
  const { PhoneNumbers: phone = '', SignName: signName = '', TemplateCode: templateCode = '' } = given
  if (!numbers.test(phone)) throw new Refusal('isv.MOBILE_NUMBER_ILLEGAL')
  if (!signNames.includes(signName)) throw new Refusal('isv.SMS_SIGNATURE_ILLEGAL')
  const variables = templates[templateCode]
  if (!variables) throw new Refusal('isv.SMS_TEMPLATE_ILLEGAL')
  const parameters = readObject(given['TemplateParam'] ?? '{}')
  if (variables.some((name) => typeof parameters[name] !== 'string'))
    throw new Refusal('isv.TEMPLATE_MISSING_PARAMETERS')
  return { phone, signName, templateCode, parameters: parameters as Record<string, string> }
}

function readObject(text: string): Record<string, unknown> {
  try {
    const value = JSON.parse(text) as unknown
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch {
    // Said below.
  }
  throw new Refusal('isv.INVALID_JSON_PARAM')
}

function equal(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)]
  return left.length === right.length && timingSafeEqual(left, right)
}
