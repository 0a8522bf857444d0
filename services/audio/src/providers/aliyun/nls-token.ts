import RPCClient from '@alicloud/pop-core'
import { Problem } from '@parley/contracts'
import { z } from 'zod'

export type NlsTokenSettings = {
  accessKeyId: string
  accessKeySecret: string
  /** `https://nls-meta.cn-shanghai.aliyuncs.com`, or where something stands in for it. */
  endpoint: string
  timeoutMs: number
  nowMs?: () => number
}

/** The token that every other call of Aliyun's speech service wants: made once, and renewed before it ends. */
export type NlsToken = {
  /** @throws Problem `provider-rejected` for a wrong key, `provider-failed`, `timeout` */
  read: () => Promise<string>
  /** Somebody refused it: the next `read` makes a new one, unless that has happened since. */
  forget: (token: string) => void
}

const apiVersion = '2019-02-28'
/** Renewed so long before it ends, while the old one still serves. */
const renewAheadMs = 10 * 60_000
/** Not used any more so shortly before its end. */
const marginMs = 30_000

const Created = z.object({ Token: z.object({ Id: z.string().min(1), ExpireTime: z.number() }) })
type Token = { id: string; endsAtMs: number }

export function createNlsToken(settings: NlsTokenSettings): NlsToken {
  const { accessKeyId, accessKeySecret, endpoint, timeoutMs, nowMs = Date.now } = settings
  const client = new RPCClient({ accessKeyId, accessKeySecret, endpoint, apiVersion, opts: { timeout: timeoutMs } })
  let current: Token | undefined
  let making: Promise<Token> | undefined

  async function create(): Promise<Token> {
    try {
      const answer = Created.parse(await client.request('CreateToken', {}, { method: 'POST' }))
      current = { id: answer.Token.Id, endsAtMs: answer.Token.ExpireTime * 1_000 }
      return current
    } catch (error) {
      throw toTokenProblem(error, timeoutMs)
    } finally {
      making = undefined
    }
  }
  const make = () => (making ??= create())

  return {
    read: async () => {
      const leftMs = current ? current.endsAtMs - nowMs() : 0
      if (!current || leftMs <= marginMs) return (await make()).id
      if (leftMs <= renewAheadMs) make().catch(() => undefined)
      return current.id
    },
    forget: (token) => {
      if (current?.id === token) current = undefined
    },
  }
}

/** The text of the SDK's error has the request in it, key id and all: only its code is told. */
function toTokenProblem(error: unknown, timeoutMs: number): Problem {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown }
  const what = typeof code === 'string' ? code : String(name)
  const cause = new Error(`CreateToken: ${what}`)
  if (/^(InvalidAccessKeyId|SignatureDoesNotMatch|Forbidden|MissingParameter|InvalidParameter|NoPermission)/.test(what))
    return new Problem('provider-rejected', 'Aliyun refused the credentials of its speech service', { cause })
  if (what.includes('Timeout')) return new Problem('timeout', `Aliyun gave no token within ${timeoutMs} ms`, { cause })
  return new Problem('provider-failed', 'Aliyun gave no token', { cause })
}
