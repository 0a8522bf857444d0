import type { Secret } from '@parley/service-kit'
import type { TokenIssuer } from '../../domain/ports.ts'
import { issueRtcToken } from './rtc-token.ts'

/** Tokens of the app of a scene, with which one may speak and listen until they end. */
export function createTokenIssuer(appOf: (sceneId: string) => { appId: string; appKey: Secret }): TokenIssuer {
  return (sceneId, grant) => {
    const { appId, appKey } = appOf(sceneId)
    const { expireAt } = grant
    return issueRtcToken(
      { appId, appKey: appKey.reveal() },
      { ...grant, publishUntil: expireAt, subscribeUntil: expireAt },
    )
  }
}
