import type { Config } from '../config.ts'
import type { IdentityProvider } from '../domain/identities.ts'
import { createAppleProvider } from './apple/apple-provider.ts'
import { createOidcProvider } from './oidc/oidc-provider.ts'
import { createWechatMiniProvider, createWechatProvider } from './wechat/wechat-provider.ts'

/** Where people may have an account already, as configured. */
export function createIdentityProviders(config: Config, now: () => Date): IdentityProvider[] {
  const { providerTimeoutMs: timeoutMs, oidc } = config
  return [
    ...apple(config, now),
    ...wechat(config),
    ...oidc.map((settings) => createOidcProvider({ ...settings, timeoutMs, now })),
  ]
}

function apple(config: Config, now: () => Date): IdentityProvider[] {
  const { appleTeamId: teamId, appleKeyId: keyId, applePrivateKey: privateKey } = config
  if (teamId === undefined || keyId === undefined || privateKey === undefined) return []
  return [
    createAppleProvider({
      appIds: config.appleBundleIds,
      pageId: config.appleServiceId,
      teamId,
      keyId,
      privateKey,
      redirectUris: config.appleRedirectUris,
      url: config.appleUrl,
      timeoutMs: config.providerTimeoutMs,
      now,
    }),
  ]
}

function wechat(config: Config): IdentityProvider[] {
  const {
    wechatUrl: url,
    wechatPageUrl: pageUrl,
    wechatRedirectUris: redirectUris,
    providerTimeoutMs: timeoutMs,
  } = config
  const common = { url, pageUrl, redirectUris, timeoutMs }
  const { wechatAppId, wechatAppSecret, wechatMiniAppId, wechatMiniAppSecret } = config
  return [
    ...(wechatAppId !== undefined && wechatAppSecret
      ? [createWechatProvider({ ...common, appId: wechatAppId, appSecret: wechatAppSecret })]
      : []),
    ...(wechatMiniAppId !== undefined && wechatMiniAppSecret
      ? [createWechatMiniProvider({ ...common, appId: wechatMiniAppId, appSecret: wechatMiniAppSecret })]
      : []),
  ]
}
