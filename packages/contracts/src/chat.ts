import { z } from 'zod'
import { Voice } from './audio.ts'
import { event, request, stream } from './contract.ts'
import { DeviceTool } from './device.ts'
import { DeviceId, Language } from './ids.ts'

export const ReplyInput = z.object({
  /** Made by the caller, so that what was heard can be told apart by turn (UUIDv7). */
  turnId: z.uuid(),
  deviceId: DeviceId,
  text: z.string().min(1).max(8_000),
  language: Language.optional(),
  tools: z.array(DeviceTool).max(128).optional(),
})
export type ReplyInput = z.infer<typeof ReplyInput>

/**
 * A reply as it is made. `started` comes first and says how to speak; `finished` comes last. Text is what a person
 * reads: thinking output is stripped.
 */
export const ReplyPart = z.discriminatedUnion('type', [
  z.object({ type: z.literal('started'), conversationId: z.uuid(), voice: Voice, provider: z.string() }),
  z.object({ type: z.literal('text-delta'), text: z.string() }),
  z.object({ type: z.literal('tool-start'), name: z.string() }),
  z.object({ type: z.literal('tool-end'), name: z.string(), failed: z.boolean() }),
  z.object({
    type: z.literal('finished'),
    reason: z.enum(['stop', 'length', 'content-filter', 'tool-limit']),
    usage: z.object({ inputTokens: z.number().int(), outputTokens: z.number().int() }).optional(),
  }),
])
export type ReplyPart = z.infer<typeof ReplyPart>

/** What the user really heard of a reply; it replaces the generated text in the history. */
export const Heard = z.object({
  turnId: z.uuid(),
  deviceId: DeviceId,
  text: z.string().max(32_000),
  interrupted: z.boolean(),
})
export type Heard = z.infer<typeof Heard>

export const Message = z.object({
  id: z.uuid(),
  turnId: z.uuid(),
  role: z.enum(['user', 'assistant']),
  text: z.string(),
  interrupted: z.boolean(),
  createdAt: z.iso.datetime(),
})
export type Message = z.infer<typeof Message>

export const chat = {
  reply: stream('chat.v1.reply', { input: ReplyInput, chunk: ReplyPart, idleMs: 8_000 }),
  recordHeard: request('chat.v1.record-heard', {
    input: Heard,
    output: z.object({ recorded: z.boolean() }),
    timeoutMs: 5_000,
  }),
  /** The newest messages of a device's open conversation, oldest first; `before` pages back. */
  listMessages: request('chat.v1.list-messages', {
    input: z.object({ deviceId: DeviceId, before: z.uuid().optional(), limit: z.number().int().min(1).max(200) }),
    output: z.object({ messages: z.array(Message), before: z.uuid().optional() }),
    timeoutMs: 3_000,
  }),
  turnEnded: event('chat.v1.turn-ended', Heard),
}
