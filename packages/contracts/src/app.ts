import { z } from 'zod'
import { Message, ReplyPart } from './chat.ts'
import { event, request, stream } from './contract.ts'
import { AlarmKind, AlarmState } from './device-alarms.ts'
import { CommandState } from './device-commands.ts'
import { DeviceStatus } from './device-status.ts'
import { DeviceId, Language } from './ids.ts'

/** Where a voice room's agent talks: the room, its run there, and the scene. */
const room = { roomId: z.string(), taskId: z.string(), sceneId: z.string(), roundId: z.number().int().optional() }

/** What an agent in a voice room does at the moment, by the vendor's codes 1 to 5; `other` is any that may come later. */
export const ConversationStage = z.enum(['listening', 'thinking', 'speaking', 'interrupted', 'finished', 'other'])
export type ConversationStage = z.infer<typeof ConversationStage>

/**
 * What the apps of a user are told as it happens. A `message` is new, or replaces the one of the same turn and role (an
 * answer that was cut where the user interrupted it); its deltas come before it.
 */
export const AppUpdate = z.discriminatedUnion('type', [
  z.object({ type: z.literal('device-online'), deviceId: DeviceId }),
  z.object({ type: z.literal('device-offline'), deviceId: DeviceId, reason: z.string() }),
  z.object({ type: z.literal('device-bound'), deviceId: DeviceId, name: z.string() }),
  z.object({ type: z.literal('device-unbound'), deviceId: DeviceId }),
  z.object({ type: z.literal('device-status'), deviceId: DeviceId, status: DeviceStatus }),
  /** What became of a command to a device. */
  z.object({
    type: z.literal('device-command'),
    deviceId: DeviceId,
    commandId: z.uuid(),
    state: CommandState,
    result: z.string().optional(),
  }),
  /** What became of a timer, an alarm or a reminder of a device. */
  z.object({
    type: z.literal('device-alarm'),
    deviceId: DeviceId,
    alarmId: z.uuid(),
    kind: AlarmKind,
    state: AlarmState,
    dueAt: z.iso.datetime(),
    text: z.string().optional(),
  }),
  /** One of the user's devices or apps said this to all the others; `from` is the connection that it came by. */
  z.object({
    type: z.literal('device-message'),
    from: z.uuid(),
    deviceId: DeviceId.optional(),
    payload: z.record(z.string(), z.unknown()),
  }),
  /** Somebody came with a copy of a token: the session of both is over. */
  z.object({ type: z.literal('session-ended-for-safety'), sessionId: z.uuid() }),
  z.object({ type: z.literal('message-delta'), conversationId: z.uuid(), turnId: z.uuid(), text: z.string() }),
  z.object({
    type: z.literal('message'),
    conversationId: z.uuid(),
    deviceId: DeviceId.optional(),
    message: Message,
  }),
  /** The three of voice rooms keep the names that clients of older installs know. */
  z.object({
    type: z.literal('conversation_status'),
    ...room,
    stage: ConversationStage,
    /** The vendor's own. */
    code: z.number().int(),
    at: z.iso.datetime(),
  }),
  z.object({
    type: z.literal('conversation_subtitle'),
    ...room,
    speaker: z.enum(['user', 'agent']),
    text: z.string(),
    language: Language.optional().catch(undefined),
    sequence: z.number().int(),
    /** This sentence does not change any more. */
    definite: z.boolean(),
    /** What the speaker says in this round is complete. */
    paragraph: z.boolean(),
  }),
  z.object({
    type: z.literal('conversation_function_call'),
    ...room,
    /** To be answered by the command `function`, with `ToolCallID` and `Content`. */
    calls: z.array(z.object({ id: z.string(), name: z.string(), arguments: z.string() })),
  }),
])
export type AppUpdate = z.infer<typeof AppUpdate>

/** An update as an instance of the gateway has told it. `id` is the event's own, `sequence` grows with what that instance tells. */
export const ToldUpdate = z.object({ id: z.string(), sequence: z.number().int(), update: AppUpdate })
export type ToldUpdate = z.infer<typeof ToldUpdate>

/** A part of an answer that a person follows; the first one is 1. */
export const AnswerPart = z.object({ sequence: z.number().int().min(1), part: ReplyPart })
export type AnswerPart = z.infer<typeof AnswerPart>

export const app = {
  /** The user's group: whatever apps of this user are connected, wherever they are, get it. */
  update: event('app.v1.{userId}.update', AppUpdate),
  /**
   * What the apps of a user were told by an instance of the gateway after something that it told. `not-found` when part of it is
   * not known any more.
   */
  replay: request('app.v1.{instance}.replay', {
    input: z.object({ userId: z.uuid(), after: z.number().int().min(0) }),
    output: z.object({ told: z.array(ToldUpdate) }),
    timeoutMs: 1_000,
  }),
  /**
   * An answer that an instance of the gateway makes for the caller, by its turn, from the part after `after` on; as it is made.
   * `not-found` when it is not the caller's or not known any more.
   */
  answer: stream('app.v1.{instance}.answer', {
    input: z.object({ turnId: z.uuid(), after: z.number().int().min(0) }),
    chunk: AnswerPart,
    idleMs: 8_000,
    access: 'user',
  }),
  /** Ends the making of an answer of the caller's. False when it had ended already. */
  stopAnswer: request('app.v1.{instance}.stop-answer', {
    input: z.object({ turnId: z.uuid() }),
    output: z.object({ stopped: z.boolean() }),
    timeoutMs: 2_000,
    access: 'user',
  }),
}
