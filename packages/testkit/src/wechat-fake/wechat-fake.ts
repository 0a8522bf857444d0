import { randomBytes } from 'node:crypto'
import { startFakeServer, type FakeAnswer, type FakeRequest, type FakeServer } from '../fake-server.ts'

/** Somebody who uses WeChat; without `unionid` the app is bound to no open platform account. */
export type WechatUser = { openid: string; unionid?: string }

export type WechatFakeSettings = {
  /** Of the open platform, and of the mini-program. */
  app: { appId: string; secret: string }
  mini: { appId: string; secret: string }
}

/** WeChat's login API on loopback: HTTP 200 and text/plain whatever happens, codes for one use. */
export type WechatFake = FakeServer & {
  /** The code that WeChat gives an app or a page for somebody, as it does when they agree. */
  appCode: (user: WechatUser) => string
  /** The same for a mini-program. */
  miniCode: (user: WechatUser) => string
  /** What every answer had in it that nobody else must ever see. */
  readonly secrets: string[]
  readonly requests: { path: string; errcode: number }[]
  /** What the next request is answered with instead. */
  fail: (errcode: number) => void
}

const paths = {
  '/sns/jscode2session': { parameter: 'js_code', which: 'mini' },
  '/sns/oauth2/access_token': { parameter: 'code', which: 'app' },
} as const

export async function startWechatFake(settings: WechatFakeSettings): Promise<WechatFake> {
  const codes = new Map<string, { which: 'app' | 'mini'; user: WechatUser; used: boolean }>()
  const secrets: string[] = []
  const requests: { path: string; errcode: number }[] = []
  let failure: number | undefined

  function newSecret(): string {
    const secret = randomBytes(16).toString('base64')
    secrets.push(secret)
    return secret
  }

  function judge({ method, path, query }: FakeRequest): { errcode: number } | WechatUser {
    const route = paths[path as keyof typeof paths]
    if (method !== 'GET' || !route) return { errcode: 43_001 }
    if (failure !== undefined) {
      const errcode = failure
      failure = undefined
      return { errcode }
    }
    const given = new URLSearchParams(query)
    const { appId, secret } = settings[route.which]
    if (given.get('appid') !== appId) return { errcode: 40_013 }
    if (given.get('secret') !== secret) return { errcode: 40_125 }
    if (given.get('grant_type') !== 'authorization_code') return { errcode: 40_002 }
    const code = given.get(route.parameter)
    if (!code) return { errcode: 41_008 }
    const kept = codes.get(code)
    if (kept?.which !== route.which) return { errcode: 40_029 }
    if (kept.used) return { errcode: 40_163 }
    kept.used = true
    return kept.user
  }

  function serve(request: FakeRequest): FakeAnswer {
    const judged = judge(request)
    const errcode = 'errcode' in judged ? judged.errcode : 0
    requests.push({ path: request.path, errcode })
    if ('errcode' in judged) return { type: 'text/plain', body: { ...judged, errmsg: `refused, rid: ${errcode}` } }
    const mini = { ...judged, session_key: newSecret() }
    const app = {
      access_token: newSecret(),
      expires_in: 7_200,
      refresh_token: newSecret(),
      scope: 'snsapi_login',
      ...judged,
    }
    return { type: 'text/plain', body: JSON.stringify(request.path === '/sns/jscode2session' ? mini : app) }
  }

  function newCode(which: 'app' | 'mini', user: WechatUser): string {
    const code = randomBytes(16).toString('hex')
    codes.set(code, { which, user, used: false })
    return code
  }

  const server = await startFakeServer(serve)
  return Object.assign(server, {
    secrets,
    requests,
    appCode: (user: WechatUser) => newCode('app', user),
    miniCode: (user: WechatUser) => newCode('mini', user),
    fail: (errcode: number) => {
      failure = errcode
    },
  })
}
