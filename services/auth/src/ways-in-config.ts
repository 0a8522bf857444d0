import { list, secret, variable, wholeNumber, type ConfigOf, type ReadSoFar } from '@parley/service-kit'
import { z } from 'zod'

const url = () => z.url({ protocol: /^https?$/, error: 'an http(s) URL' })
/** Of a page, or of an app (`com.example.app:/signed-in`). */
const redirectUris = () =>
  list().pipe(
    z.array(z.string().regex(/^[a-z][a-z0-9+.-]*:\S+$/i, 'addresses such as https://app.example.com/signed-in')),
  )
const names = () => list().pipe(z.array(z.string().regex(/^[A-Za-z0-9.-]+$/, 'ids such as com.example.app')))

/** `10/3600` is 10 messages in 3600 seconds. */
const sendLimit = (otherwise: string) =>
  z
    .string()
    .default(otherwise)
    .transform((text, context) => {
      const [, points = '', seconds = ''] = /^([1-9]\d{0,6})\/([1-9]\d{0,5})$/.exec(text.trim()) ?? []
      if (points !== '') return { points: Number(points), seconds: Number(seconds) }
      context.addIssue({ code: 'custom', message: 'messages/seconds, such as 10/3600' })
      return z.NEVER
    })

/** The ways to get in beside a password, and what is sent to people. Nothing of it is needed until it is used. */
export const waysInVariables = {
  /** What authenticator apps call this installation. */
  totpIssuer: variable('TOTP_ISSUER', z.string().min(1).max(64).default('Parley')),

  smsProvider: variable('SMS_PROVIDER', z.enum(['aliyun', 'console', 'none']).optional()),
  smsCountries: variable(
    'SMS_COUNTRIES',
    list()
      .pipe(z.array(z.string().regex(/^[1-9]\d{0,3}$/, 'country codes such as 86,852')))
      .default(['86']),
  ),
  smsHourlyLimit: variable('SMS_HOURLY_LIMIT', wholeNumber(1, 1_000_000).default(1_000)),
  aliyunSmsAccessKeyId: secret('ALIYUN_SMS_ACCESS_KEY_ID', { optional: true }),
  aliyunSmsAccessKeySecret: secret('ALIYUN_SMS_ACCESS_KEY_SECRET', { optional: true }),
  aliyunSmsSignName: variable('ALIYUN_SMS_SIGN_NAME', z.string().optional()),
  aliyunSmsTemplateCode: variable('ALIYUN_SMS_TEMPLATE_CODE', z.string().optional()),
  aliyunSmsEndpoint: variable('ALIYUN_SMS_ENDPOINT', url().default('https://dysmsapi.aliyuncs.com')),

  mailProvider: variable('MAIL_PROVIDER', z.enum(['smtp', 'console', 'none']).optional()),
  smtpUrl: secret('SMTP_URL', { optional: true }),
  mailFrom: variable('MAIL_FROM', z.string().max(320).optional()),

  /** How much is sent for one address, and for the network around it. */
  sendLimitClient: variable('SEND_LIMIT_CLIENT', sendLimit('10/3600')),
  sendLimitNetwork: variable('SEND_LIMIT_NETWORK', sendLimit('50/3600')),
  captchaVerifyUrl: variable('CAPTCHA_VERIFY_URL', url().optional()),
  captchaSecret: secret('CAPTCHA_SECRET', { optional: true }),
  captchaAfter: variable('CAPTCHA_AFTER', wholeNumber(0, 1_000).default(3)),

  appleBundleIds: variable('APPLE_BUNDLE_IDS', names().default([])),
  appleServiceId: variable('APPLE_SERVICE_ID', z.string().optional()),
  appleTeamId: variable('APPLE_TEAM_ID', z.string().optional()),
  appleKeyId: variable('APPLE_KEY_ID', z.string().optional()),
  applePrivateKey: secret('APPLE_PRIVATE_KEY', { optional: true }),
  appleRedirectUris: variable('APPLE_REDIRECT_URIS', redirectUris().default([])),
  appleUrl: variable('APPLE_URL', url().default('https://appleid.apple.com')),

  wechatAppId: variable('WECHAT_APP_ID', z.string().optional()),
  wechatAppSecret: secret('WECHAT_APP_SECRET', { optional: true }),
  wechatRedirectUris: variable('WECHAT_REDIRECT_URIS', redirectUris().default([])),
  wechatMiniAppId: variable('WECHAT_MINI_APP_ID', z.string().optional()),
  wechatMiniAppSecret: secret('WECHAT_MINI_APP_SECRET', { optional: true }),
  wechatUrl: variable('WECHAT_URL', url().default('https://api.weixin.qq.com')),
  wechatPageUrl: variable('WECHAT_PAGE_URL', url().default('https://open.weixin.qq.com')),

  /** How long a provider, a mail server or the SMS service may take for one answer. */
  providerTimeoutMs: variable('PROVIDER_TIMEOUT_MS', wholeNumber(100, 7_000).default(4_000)),
}

export type WaysInConfig = ConfigOf<typeof waysInVariables>

/** Settings that need each other: where the first is set, so must be the others. */
type Part = [name: string, key: keyof WaysInConfig]
const together: [first: Part, ...others: Part[]][] = [
  [
    ['ALIYUN_SMS_ACCESS_KEY_ID', 'aliyunSmsAccessKeyId'],
    ['ALIYUN_SMS_ACCESS_KEY_SECRET', 'aliyunSmsAccessKeySecret'],
    ['ALIYUN_SMS_SIGN_NAME', 'aliyunSmsSignName'],
    ['ALIYUN_SMS_TEMPLATE_CODE', 'aliyunSmsTemplateCode'],
  ],
  [
    ['SMTP_URL', 'smtpUrl'],
    ['MAIL_FROM', 'mailFrom'],
  ],
  [
    ['CAPTCHA_VERIFY_URL', 'captchaVerifyUrl'],
    ['CAPTCHA_SECRET', 'captchaSecret'],
  ],
  [
    ['APPLE_TEAM_ID', 'appleTeamId'],
    ['APPLE_KEY_ID', 'appleKeyId'],
    ['APPLE_PRIVATE_KEY', 'applePrivateKey'],
  ],
  [
    ['WECHAT_APP_ID', 'wechatAppId'],
    ['WECHAT_APP_SECRET', 'wechatAppSecret'],
  ],
  [
    ['WECHAT_MINI_APP_ID', 'wechatMiniAppId'],
    ['WECHAT_MINI_APP_SECRET', 'wechatMiniAppSecret'],
  ],
]

/** What is wrong between settings that are right by themselves. */
export function waysInProblems(config: ReadSoFar<typeof waysInVariables>): string[] {
  const { smsProvider, aliyunSmsAccessKeyId, mailProvider, smtpUrl, appleTeamId } = config
  const problems = together.flatMap(([[first, key], ...others]) => {
    if (!config[key]) return []
    return others.filter(([, other]) => !config[other]).map(([name]) => `${name} is not set, and ${first} needs it`)
  })
  if (smsProvider === 'aliyun' && !aliyunSmsAccessKeyId)
    problems.push('ALIYUN_SMS_ACCESS_KEY_ID is not set, and SMS_PROVIDER=aliyun needs it')
  if (mailProvider === 'smtp' && !smtpUrl) problems.push('SMTP_URL is not set, and MAIL_PROVIDER=smtp needs it')
  if (smtpUrl && !/^smtps?:\/\/[^\s/]+\/?$/.test(smtpUrl.reveal()))
    problems.push('SMTP_URL is set but not usable: smtp://user:password@host:587, or smtps://…')
  if (appleTeamId && config.appleBundleIds?.length === 0 && !config.appleServiceId)
    problems.push('APPLE_BUNDLE_IDS is not set, and neither is APPLE_SERVICE_ID: APPLE_TEAM_ID needs one of them')
  return problems
}

/** Which OpenID Connect providers there are. */
export const oidcProvidersVariable = variable(
  'OIDC_PROVIDERS',
  list()
    .pipe(z.array(z.string().regex(/^(?!apple$|wechat)[a-z][a-z0-9-]{0,31}$/, 'names such as corp, with commas')))
    .default([]),
)

/** The variables of one of them: `OIDC_<NAME>_ISSUER` and so on. */
export function oidcVariables(name: string) {
  const prefix = `OIDC_${name.toUpperCase().replaceAll('-', '_')}`
  return {
    issuer: variable(`${prefix}_ISSUER`, url()),
    clientId: variable(`${prefix}_CLIENT_ID`, z.string()),
    clientSecret: secret(`${prefix}_CLIENT_SECRET`, { optional: true }),
    redirectUris: variable(
      `${prefix}_REDIRECT_URIS`,
      redirectUris().refine((uris): uris is [string, ...string[]] => uris.length > 0, 'at least one'),
    ),
    scopes: variable(`${prefix}_SCOPES`, list().default(['openid', 'email'])),
    trustEmail: variable(`${prefix}_TRUST_EMAIL`, z.stringbool().default(false)),
  }
}

export type OidcConfig = ConfigOf<ReturnType<typeof oidcVariables>> & { name: string }
