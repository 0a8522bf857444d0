import { Login } from '@parley/contracts'
import { z } from 'zod'

/** What every way of logging in of the companion app gives. */
export const LoginView = z.object({ token: z.string(), user_id: z.uuid(), expires_at: z.iso.datetime() })

export function toLoginView({ token, expiresAt, person }: Login): z.input<typeof LoginView> {
  return { token, user_id: person.userId, expires_at: expiresAt }
}

export const CodeSentView = z.object({ expires_in: z.number().int(), retry_after: z.number().int() })

export function toCodeSentView({ expiresInS, retryAfterS }: { expiresInS: number; retryAfterS: number }) {
  return { expires_in: expiresInS, retry_after: retryAfterS }
}

/** What one may send again without anything being done twice, by the header `Idempotency-Key`. */
export function idempotencyKeyOf(request: { get: (name: string) => string | undefined }): string | undefined {
  return request.get('idempotency-key')?.slice(0, 128) || undefined
}

/** For answers that have nothing to say but that it is done. */
export const Nothing = z.object({})
