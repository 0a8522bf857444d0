import { Problem } from '@parley/contracts'
import { createVendorFetch, type Secret } from '@parley/service-kit'
import { z } from 'zod'
import type { ExternalPerson, IdentityProvider } from '../../domain/identities.ts'
import { createAsk, notAccepted, readAnswer } from '../vendor-answers.ts'

export type WechatSettings = {
  appId: string
  appSecret: Secret
  /** Of the open platform's page; apps and mini-programs need none. */
  redirectUris: string[]
  /** `https://api.weixin.qq.com`, or where something stands in for it. */
  url: string
  /** `https://open.weixin.qq.com`: where the page with the QR code is. */
  pageUrl: string
  timeoutMs: number
  fetch?: typeof fetch
}

/** An answer is HTTP 200 and `text/plain` whether it went well or not; a success has no `errcode`, or 0. */
const Failure = z.object({
  errcode: z
    .number()
    .int()
    .refine((code) => code !== 0),
})
const Success = z.object({ openid: z.string().min(1).max(128), unionid: z.string().min(1).max(128).optional() })
/** The code is not valid, used already, or its user is not let in by WeChat. */
const refusals = [40_029, 40_163, 40_226, 41_008]

/** A mini-program: its code comes from WeChat's own app, for this app id, and is good for one use. */
export function createWechatMiniProvider(settings: WechatSettings): IdentityProvider {
  const exchange = createExchange(settings, '/sns/jscode2session', 'js_code')
  return {
    name: 'wechat-mini',
    realm: 'wechat',
    redirectUris: [],
    begins: false,
    pageOf: () => Promise.resolve(undefined),
    whoIs: ({ code }) => exchange(code),
  }
}

/** The open platform: apps, and pages with a QR code. */
export function createWechatProvider(settings: WechatSettings): IdentityProvider {
  const { appId, redirectUris, pageUrl } = settings
  const exchange = createExchange(settings, '/sns/oauth2/access_token', 'code')
  return {
    name: 'wechat',
    realm: 'wechat',
    redirectUris,
    begins: true,
    pageOf: async ({ state, redirectUri }) => {
      if (redirectUri === undefined) return undefined
      const query = { appid: appId, redirect_uri: redirectUri, response_type: 'code', scope: 'snsapi_login', state }
      return `${pageUrl}/connect/qrconnect?${new URLSearchParams(query).toString()}#wechat_redirect`
    },
    whoIs: ({ code }) => exchange(code),
  }
}

/** What else WeChat tells (`session_key`, tokens) is not read, and goes nowhere. */
function createExchange(settings: WechatSettings, path: string, parameter: string) {
  const { appId, appSecret, url, timeoutMs, fetch = createVendorFetch() } = settings
  const ask = createAsk({ fetch, timeoutMs, who: 'WeChat' })

  return async (code: string): Promise<ExternalPerson> => {
    const query = { appid: appId, secret: appSecret.reveal(), [parameter]: code, grant_type: 'authorization_code' }
    const { body } = await ask(`${url}${path}?${new URLSearchParams(query).toString()}`)
    const failure = Failure.safeParse(body).data
    if (failure && refusals.includes(failure.errcode)) throw notAccepted('WeChat', String(failure.errcode))
    if (failure)
      throw new Problem('provider-failed', 'WeChat does not answer as it should', {
        cause: new Error(`errcode ${failure.errcode}`),
      })
    const { openid, unionid } = readAnswer(Success, body, 'WeChat')
    const own = `open:${appId}:${openid}`
    return { subjects: unionid === undefined ? [own] : [`union:${unionid}`, own], email: undefined, grant: undefined }
  }
}
