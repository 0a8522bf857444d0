import { z } from 'zod'
import { DeviceTool } from './device.ts'
import { Language } from './ids.ts'
import { ModelAnswerParts, ModelMessage } from './model-message.ts'

/** The vendor's own shape of the ids of rooms and tasks. It has no colon, so that none of them is a device. */
export const RtcName = z
  .string()
  .regex(/^[A-Za-z0-9@._-]{1,128}$/, 'at most 128 letters, digits, "@", ".", "_" and "-"')

/**
 * A voice room in which an agent talks, and the run of that agent. What is said in one run is one conversation: the next run
 * begins another one.
 */
export const RoomRun = z.object({
  roomId: RtcName,
  taskId: RtcName,
  /** Whose conversation it is; nobody's without one. */
  ownerId: z.uuid().optional(),
  /** Who answers; the default agent without one. */
  agentId: z.uuid().optional(),
})
export type RoomRun = z.infer<typeof RoomRun>

/** One question that was asked aloud in a room. Asked again with the same `turnId`, its better words replace the first ones. */
export const RoomQuestion = z.object({
  turnId: z.uuid(),
  run: RoomRun,
  text: z.string().min(1).max(8_000),
  language: Language.optional(),
  /** What whoever runs the room wants the agent to know, beside the agent's own prompt. */
  instructions: z.string().max(32_000).optional(),
  /** Tools that the room runs, not the platform: a call of one ends the answer, and comes back in `exchange`. */
  tools: z.array(DeviceTool).max(128).optional(),
  /** What came after the question in this turn: the agent's calls, and what they gave. */
  exchange: z.array(ModelMessage).max(64).optional(),
})
export type RoomQuestion = z.infer<typeof RoomQuestion>

/** An answer in a room as it is made: `started` first, `finished` last. */
export const RoomReplyPart = z.discriminatedUnion('type', [
  z.object({ type: z.literal('started'), conversationId: z.uuid(), provider: z.string() }),
  ...ModelAnswerParts,
])
export type RoomReplyPart = z.infer<typeof RoomReplyPart>

/** What was said in a room, as far as it was heard: of the agent it replaces what was generated. May be repeated as it grows. */
export const Spoken = z.object({
  turnId: z.uuid(),
  run: RoomRun,
  role: z.enum(['user', 'assistant']),
  text: z.string().max(32_000),
  interrupted: z.boolean(),
})
export type Spoken = z.infer<typeof Spoken>
