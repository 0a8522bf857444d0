import { createVendorFetch, type Secret } from '@parley/service-kit'
import { z } from 'zod'

export type SiteVerifySettings = { url: string; secret: Secret; timeoutMs: number; fetch?: typeof fetch }

const Answer = z.object({ success: z.boolean() })

/**
 * Captchas whose answers are verified as reCAPTCHA, hCaptcha and Turnstile have it: a form with `secret`, `response` and
 * `remoteip`. A service that does not answer lets nobody through.
 */
export function createSiteVerify({ url, secret, timeoutMs, fetch = createVendorFetch() }: SiteVerifySettings) {
  return async (response: string, address: string): Promise<boolean> => {
    const body = new URLSearchParams({ secret: secret.reveal(), response, remoteip: address }).toString()
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    try {
      const answer = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(timeoutMs) })
      return Answer.parse(await answer.json()).success
    } catch {
      return false
    }
  }
}
