import { Problem } from '@parley/contracts'
import { createVendorFetch, type Secret } from '@parley/service-kit'
import type { Answer, VoiceChatCloud } from '../../domain/ports.ts'
import { toCanonicalQuery } from './canonical-query.ts'
import { signRequest } from './sign-request.ts'

/** Who calls; `sessionToken` comes with keys that are lent for a while. */
type Account = { accessKeyId: string; secretKey: Secret; sessionToken: Secret | undefined }

export type RtcOpenApiSettings = {
  /** `https://rtc.volcengineapi.com`, or where something stands in for it. */
  url: string
  timeoutMs: number
  accountOf: (sceneId: string) => Account
  now: () => Date
  fetch?: typeof fetch
}

const region = 'cn-north-1'
const service = 'rtc'
/** The vendor's answers have a few hundred bytes. */
const mostAnswerBytes = 256 * 1_024

/**
 * Volcengine's RTC OpenAPI. A call is made once and is not given up when whoever asked for it goes: the vendor would
 * carry it out all the same, and nobody would know.
 */
export function createRtcOpenApi(settings: RtcOpenApiSettings): VoiceChatCloud {
  const { url, timeoutMs, accountOf, now, fetch = createVendorFetch() } = settings
  const { origin, host, pathname: path } = new URL(url)

  return {
    call: async (sceneId, action, version, content) => {
      const query = { Action: action, Version: version }
      const body = JSON.stringify(content)
      const headers = signRequest(
        { method: 'POST', path, query, headers: { Host: host, 'Content-Type': 'application/json' }, body },
        reveal(accountOf(sceneId)),
        { region, service, date: now() },
      )
      const target = `${origin}${path}?${toCanonicalQuery(query)}`
      const signal = AbortSignal.timeout(timeoutMs)
      try {
        return readAnswer(await readText(await fetch(target, { method: 'POST', headers, body, signal })))
      } catch (cause) {
        if (cause instanceof Problem) throw cause
        if (signal.aborted)
          throw new Problem('timeout', `The RTC cloud gave no answer within ${timeoutMs} ms`, { cause })
        throw new Problem('provider-failed', 'The RTC cloud cannot be reached', { cause })
      }
    },
  }
}

function reveal({ accessKeyId, secretKey, sessionToken }: Account) {
  return { accessKeyId, secretKey: secretKey.reveal(), sessionToken: sessionToken?.reveal() }
}

type Text = { status: number; text: string }

async function readText(response: Response): Promise<Text> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.length
    if (length > mostAnswerBytes) throw new Problem('provider-failed', 'The answer of the RTC cloud is too large')
    chunks.push(chunk)
  }
  return { status: response.status, text: Buffer.concat(chunks).toString() }
}

function readAnswer({ status, text }: Text): Answer {
  const answer = parseJson(text)
  if (typeof answer === 'object' && answer !== null && !Array.isArray(answer)) return answer as Answer
  throw new Problem('provider-failed', `The RTC cloud answered without JSON (${status})`)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
