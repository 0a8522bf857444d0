import { BearerToken } from '@parley/contracts'
import { z } from 'zod'

/** What an app may send. The first message of one that came without a token is `auth`. */
export const AppMessage = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('auth'),
    token: BearerToken,
    /** The offset of what was heard last, of an app that comes back. */
    after: z.string().max(64).optional(),
  }),
  z.object({ type: z.literal('ping') }),
  /** To all other apps and devices of the user. */
  z.object({ type: z.literal('device-message'), payload: z.record(z.string(), z.unknown()) }),
])
export type AppMessage = z.infer<typeof AppMessage>

/** Why a connection is closed. From 4500 on there is no use in coming back with the same token. */
export const closeCodes = {
  restart: { code: 1012, reason: 'this instance restarts: connect again' },
  slow: { code: 1013, reason: 'you take too long to read: connect again' },
  late: { code: 4408, reason: 'no token came in time' },
  crowded: { code: 4429, reason: 'too many apps of yours are connected' },
  forbidden: { code: 4503, reason: 'the token may not hear of devices and conversations' },
  unauthorized: { code: 4501, reason: 'the token is not valid, or not any more' },
} as const

/** What an app sent, or what is wrong with it. */
export function readAppMessage(text: string): AppMessage | { wrong: string } {
  const read = AppMessage.safeParse(parse(text))
  if (read.success) return read.data
  return { wrong: 'a message is JSON of the type "auth" (with a token), "ping" or "device-message" (with a payload)' }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
