import { Problem } from '@parley/contracts'
import type { Request } from 'express'

export type PublicUrls = {
  origin: string
  ota: string
  websocket: string
  host: string
  secure: boolean
  behindUntrusted: boolean
}

/**
 * The addresses as the asker sees this server: from the request itself (behind trusted proxies their `X-Forwarded-*`),
 * unless one is configured.
 * @throws Problem `bad-request` when the asker's `Host` is none.
 */
export function publicUrls(request: Request, configuredWebsocketUrl: string | undefined): PublicUrls {
  const secure = request.protocol === 'https'
  const host =
    request.get('x-forwarded-host') && request.app.get('trust proxy')
      ? request.host
      : (request.get('host') ?? 'localhost')
  if (!URL.canParse(`http://${host}`)) throw new Problem('bad-request', 'The header "Host" is not a host')
  const origin = `${secure ? 'https' : 'http'}://${host}`
  return {
    origin,
    ota: `${origin}/xiaozhi/ota/`,
    websocket: configuredWebsocketUrl ?? `${secure ? 'wss' : 'ws'}://${host}/xiaozhi/v1/`,
    host,
    secure,
    behindUntrusted: request.get('x-forwarded-host') !== undefined && !request.app.get('trust proxy'),
  }
}
