import { z } from 'zod'
import { Message } from './chat.ts'
import { event } from './contract.ts'
import { DeviceId } from './ids.ts'

/**
 * What the apps of a user are told as it happens. A `message` is new, or replaces the one of the same turn and role (an
 * answer that was cut where the user interrupted it); its deltas come before it.
 */
export const AppUpdate = z.discriminatedUnion('type', [
  z.object({ type: z.literal('device-online'), deviceId: DeviceId }),
  z.object({ type: z.literal('device-offline'), deviceId: DeviceId, reason: z.string() }),
  z.object({ type: z.literal('device-bound'), deviceId: DeviceId, name: z.string() }),
  z.object({ type: z.literal('device-unbound'), deviceId: DeviceId }),
  z.object({ type: z.literal('message-delta'), conversationId: z.uuid(), turnId: z.uuid(), text: z.string() }),
  z.object({
    type: z.literal('message'),
    conversationId: z.uuid(),
    deviceId: DeviceId.optional(),
    message: Message,
  }),
])
export type AppUpdate = z.infer<typeof AppUpdate>

export const app = {
  /** The user's group: whatever apps of this user are connected, wherever they are, get it. */
  update: event('app.v1.{userId}.update', AppUpdate),
}
