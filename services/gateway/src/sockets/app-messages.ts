import { BearerToken, device, parseAs, SendCommandInput, toProblem, type Problem } from '@parley/contracts'
import { z } from 'zod'
import { AnyDeviceId } from '../routes/devices.ts'

/** Made by the app: the answer has it, too. */
const Id = z.string().min(1).max(64)

/** What an app wants of a device of its user: a command, now or when it is back; or on, off, and how it is, at once. */
const AppCommand = z.discriminatedUnion('type', [
  SendCommandInput.extend({ type: z.literal('send-command'), id: Id, deviceId: AnyDeviceId }),
  device.control.input.extend({ type: z.literal('control-device'), id: Id, deviceId: AnyDeviceId }),
])
export type AppCommand = z.infer<typeof AppCommand>

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
  ...AppCommand.options,
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

/** What an app sent, or what is wrong with it; with the id of a command, so that its app knows which one. */
export function readAppMessage(text: string): AppMessage | { wrong: Problem; id: string | undefined } {
  const sent = parse(text)
  try {
    return parseAs(AppMessage, sent, 'The message')
  } catch (error) {
    return { wrong: toProblem(error), id: Id.safeParse((sent as { id?: unknown } | undefined)?.id).data }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
