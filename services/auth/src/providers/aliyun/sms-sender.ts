import { Problem } from '@parley/contracts'
import type { Secret } from '@parley/service-kit'
import RPCClient from '@alicloud/pop-core'
import type { Notifier } from '../../domain/ports.ts'

export type AliyunSmsSettings = {
  accessKeyId: Secret
  accessKeySecret: Secret
  signName: string
  /** A template with one variable, `${code}`. */
  templateCode: string
  /** `https://dysmsapi.aliyuncs.com`, or where something stands in for it. */
  endpoint: string
  timeoutMs: number
}

const apiVersion = '2017-05-25'
/** Nothing was sent, and nothing will be for this number or with this account. */
const refusals =
  /^(isv\.|isp\.RAM_|InvalidAccessKeyId|SignatureDoesNotMatch|Forbidden|MissingParameter|InvalidParameter)/

/** Codes by Aliyun's SMS service (`SendSms`). A message is sent once: whether to try again is the caller's to say. */
export function createAliyunSms(settings: AliyunSmsSettings): Pick<Notifier, 'send'> {
  const { accessKeyId, accessKeySecret, endpoint, signName, templateCode, timeoutMs } = settings
  const client = new RPCClient({
    accessKeyId: accessKeyId.reveal(),
    accessKeySecret: accessKeySecret.reveal(),
    endpoint,
    apiVersion,
    opts: { timeout: timeoutMs, method: 'POST' },
  })

  return {
    send: async ({ value: phone }, notice) => {
      if (notice.kind !== 'code') throw new Error('Only codes go out by SMS')
      const parameters = {
        PhoneNumbers: toNumber(phone),
        SignName: signName,
        TemplateCode: templateCode,
        TemplateParam: JSON.stringify({ code: notice.code }),
      }
      try {
        // Upper case: anything else would be sent as a GET, whose address has the code in it.
        await client.request('SendSms', parameters, { method: 'POST' })
      } catch (error) {
        throw toProblem(error, timeoutMs)
      }
    },
  }
}

/** Within China without the country, else with it and without `+`. */
function toNumber(phone: string): string {
  return phone.replace(/^\+86/, '').replace(/^\+/, '')
}

/** The text of the SDK's error has the request in it, key id and number: only its code is told. */
function toProblem(error: unknown, timeoutMs: number): Problem {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown }
  const what = typeof code === 'string' ? code : String(name)
  const cause = new Error(`Aliyun SMS: ${what}`)
  if (refusals.test(what)) return new Problem('provider-rejected', 'No code can be sent to this number now', { cause })
  if (what.includes('Timeout'))
    return new Problem('timeout', `The SMS service gave no answer within ${timeoutMs} ms`, { cause })
  return new Problem('provider-failed', 'The SMS service does not answer as it should', { cause })
}
