import { createRequire } from 'node:module'

export type TencentAccess = {
  secretId: string
  secretKey: string
  region: string
  /** Where something stands in for `tencentcloudapi.com`, with its scheme; undefined for the vendor itself. */
  apiUrl: string | undefined
  timeoutMs: number
}

type Service = 'asr' | 'tts'
type Answer = Record<string, unknown>
type SdkClient = Record<string, (input: object) => Promise<Answer>>
type SdkModule = Record<string, Record<string, { Client: new (settings: object) => SdkClient }>>

const versions = { asr: 'v20190614', tts: 'v20190823' } as const
const require = createRequire(import.meta.url)

/** A client of one of Tencent's services. Its package has all of them and is large: only one is loaded, and when it is wanted. */
export function createTencentClient(service: Service, access: TencentAccess): SdkClient {
  const path = `tencentcloud-sdk-nodejs/tencentcloud/services/${service}`
  const loaded = require(path) as SdkModule
  const { Client } = loaded[service]![versions[service]]!
  const { apiUrl, timeoutMs, secretId, secretKey, region } = access
  const at = apiUrl === undefined ? undefined : new URL(apiUrl)
  const httpProfile = {
    reqMethod: 'POST',
    reqTimeout: Math.ceil(timeoutMs / 1_000),
    ...(at && { endpoint: at.host, protocol: `${at.protocol}//` }),
  }
  return new Client({ credential: { secretId, secretKey }, region, profile: { httpProfile } })
}
