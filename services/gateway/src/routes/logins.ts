import { TokenKind, type Login } from '@parley/contracts'
import type { Request } from 'express'
import { z } from 'zod'
import { clientOf } from '../http/client-of.ts'

/** What every way of logging in may say beside its proof. */
export const LoginWish = z.object({
  /** What the app calls the device it runs on, for the list of sessions. */
  device: z.string().max(64).optional(),
  token_kind: TokenKind.optional(),
})

/** What every way of logging in of the companion app gives; the refresh token comes with a JWT. */
export const LoginView = z.object({
  token: z.string(),
  user_id: z.uuid(),
  expires_at: z.iso.datetime(),
  refresh_token: z.string().optional(),
  refresh_expires_at: z.iso.datetime().optional(),
})

export function toWish({ device, token_kind: tokenKind }: z.output<typeof LoginWish>, request: Request) {
  return { client: clientOf(request, device), tokenKind }
}

export function toLoginView({ token, expiresAt, person, refresh }: Login): z.input<typeof LoginView> {
  return {
    token,
    user_id: person.userId,
    expires_at: expiresAt,
    ...(refresh && { refresh_token: refresh.token, refresh_expires_at: refresh.expiresAt }),
  }
}

export const CodeSentView = z.object({ expires_in: z.number().int(), retry_after: z.number().int() })

export function toCodeSentView({ expiresInS, retryAfterS }: { expiresInS: number; retryAfterS: number }) {
  return { expires_in: expiresInS, retry_after: retryAfterS }
}

/** What one may send again without anything being done twice, by the header `Idempotency-Key`. */
export function idempotencyKeyOf(request: Pick<Request, 'get'>): string | undefined {
  return request.get('idempotency-key')?.slice(0, 128) || undefined
}

/** For answers that have nothing to say but that it is done. */
export const Nothing = z.object({})
