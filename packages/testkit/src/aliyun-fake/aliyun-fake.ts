import { randomUUID } from 'node:crypto'
import { startFakeServer, type FakeAnswer, type FakeRequest, type FakeServer } from '../fake-server.ts'
import { createRequestLog, type RequestLog } from '../request-log.ts'
import { checkRpc, readParameters, Refusal } from './rpc-request.ts'

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
const numbers = /^(1[3-9]\d{9}|(?!86)[1-9]\d{6,14})$/

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
      const knows = (given: string, action: string) => given === version && action === 'SendSms'
      checkRpc(request, parameters, { ...settings, now: now(), nonces, knows })
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
