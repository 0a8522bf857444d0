import { z } from 'zod'
import { Agent, AgentManner, AgentSettings, AgentTemplate, AgentVersion, LookInput, Sampling } from './agent.ts'
import { Voice } from './audio.ts'
import { ExportItem } from './auth-account.ts'
import { event, request, stream } from './contract.ts'
import { DeviceTool } from './device.ts'
import { DeviceId, Language } from './ids.ts'
import { AnswerFormat, ModelAnswerParts, ModelMessage, Usage } from './model-message.ts'
import { RoomQuestion, RoomReplyPart, RtcName, Spoken } from './room-chat.ts'

export const ReplyInput = z.object({
  /** Made by the caller, so that what was heard can be told apart by turn (UUIDv7). */
  turnId: z.uuid(),
  deviceId: DeviceId,
  /** Whose device it is; what was said before it had an owner is theirs from then on. */
  ownerId: z.uuid().optional(),
  /** Who answers on this device; the default agent without one. */
  agentId: z.uuid().optional(),
  text: z.string().min(1).max(8_000),
  language: Language.optional(),
  /** Who speaks, where their voice is known. */
  speaker: z.string().min(1).max(64).optional(),
  /** What is known of the device that asks. */
  device: z.object({ place: z.string().max(64).optional(), chipModel: z.string().max(64).optional() }).optional(),
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
    usage: Usage.optional(),
    /** The user took leave: once this has been said, the device goes. */
    endsConversation: z.boolean().optional(),
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

export const Conversation = z.object({
  conversationId: z.uuid(),
  agentId: z.uuid(),
  agentName: z.string(),
  /** The device it was held with, if it was. */
  deviceId: DeviceId.optional(),
  /** The voice room it was held in, if it was. */
  roomId: z.string().optional(),
  /** What its owner calls it. */
  title: z.string().optional(),
  /** The beginning of its newest message. */
  preview: z.string(),
  createdAt: z.iso.datetime(),
  lastMessageAt: z.iso.datetime(),
})
export type Conversation = z.infer<typeof Conversation>

const Cursor = z.string().min(1).max(200)
const Limit = z.number().int().min(1).max(200)
const Search = z.string().trim().min(1).max(200)

/** One question of a person in a conversation of theirs; a new one with `agentId`, or the default agent, without it. */
export const AskInput = z.object({
  turnId: z.uuid(),
  conversationId: z.uuid().optional(),
  agentId: z.uuid().optional(),
  text: z.string().trim().min(1).max(8_000),
  language: Language.optional(),
})
export type AskInput = z.infer<typeof AskInput>

/** A question to a bare model: nothing is stored. With `agent` its persona comes first. */
export const CompleteInput = z.object({
  /** One of `chat.listModels`; the configured ones in their order without it. */
  model: z.string().min(1).max(128).optional(),
  agent: z.union([z.literal('default'), z.uuid()]).optional(),
  messages: z.array(ModelMessage).min(1).max(1_000),
  tools: z.array(DeviceTool).max(128).optional(),
  sampling: Sampling.optional(),
  format: AnswerFormat.optional(),
})
export type CompleteInput = z.infer<typeof CompleteInput>

/** An answer of a bare model as it is made: `started` first, `finished` last. */
export const CompletePart = z.discriminatedUnion('type', [
  z.object({ type: z.literal('started'), provider: z.string(), model: z.string() }),
  ...ModelAnswerParts,
])
export type CompletePart = z.infer<typeof CompletePart>

export const Model = z.object({ id: z.string(), provider: z.string() })
export type Model = z.infer<typeof Model>

/** How a configured vendor is: whether it answers, takes the key and has the model. */
export const ModelCheck = z.object({
  provider: z.string(),
  model: z.string(),
  ok: z.boolean(),
  latencyMs: z.number().int().optional(),
  code: z.string().optional(),
  reason: z.string().optional(),
})
export type ModelCheck = z.infer<typeof ModelCheck>

export const chat = {
  reply: stream('chat.v1.reply', { input: ReplyInput, chunk: ReplyPart, idleMs: 8_000 }),
  recordHeard: request('chat.v1.record-heard', {
    input: Heard,
    output: z.object({ recorded: z.boolean() }),
    timeoutMs: 5_000,
  }),
  /** The newest messages of a device's open conversation, oldest first; `before` pages back. */
  listMessages: request('chat.v1.list-messages', {
    input: z.object({ deviceId: DeviceId, before: z.uuid().optional(), limit: Limit }),
    output: z.object({ messages: z.array(Message), before: z.uuid().optional() }),
    timeoutMs: 3_000,
  }),
  turnEnded: event('chat.v1.turn-ended', Heard),

  /** What was said to a device that nobody owned becomes its new owner's. May be repeated. */
  adoptDevice: request('chat.v1.adopt-device', {
    input: z.object({ deviceId: DeviceId, ownerId: z.uuid() }),
    output: z.object({ adopted: z.number().int() }),
    timeoutMs: 5_000,
  }),

  /** Answers in a voice room, for whoever runs the room: its tools are the caller's. */
  replyInRoom: stream('chat.v1.reply-in-room', { input: RoomQuestion, chunk: RoomReplyPart, idleMs: 8_000 }),
  recordSpoken: request('chat.v1.record-spoken', {
    input: Spoken,
    output: z.object({ conversationId: z.uuid() }),
    timeoutMs: 5_000,
  }),
  /** Ends the conversation of a run: nothing goes on in it any more. False when there was none. May be repeated. */
  closeRoom: request('chat.v1.close-room', {
    input: z.object({ taskId: RtcName }),
    output: z.object({ closed: z.boolean() }),
    timeoutMs: 3_000,
  }),

  ask: stream('chat.v1.ask', { input: AskInput, chunk: ReplyPart, idleMs: 8_000, access: 'user' }),
  /** The caller's conversations, last used first; `search` is what is said in them or their title. `next` pages on. */
  listConversations: request('chat.v1.list-conversations', {
    input: z.object({
      after: Cursor.optional(),
      limit: Limit,
      deviceId: DeviceId.optional(),
      search: Search.optional(),
    }),
    output: z.object({ conversations: z.array(Conversation), next: Cursor.optional() }),
    timeoutMs: 3_000,
    access: 'user',
  }),
  /** One of the caller's conversations with its newest messages, oldest first; `before` pages back. */
  readConversation: request('chat.v1.read-conversation', {
    input: z.object({ conversationId: z.uuid(), before: z.uuid().optional(), limit: Limit }),
    output: z.object({ conversation: Conversation, messages: z.array(Message), before: z.uuid().optional() }),
    timeoutMs: 3_000,
    access: 'user',
  }),

  /** Gives one of the caller's conversations a title; `null` takes it away. */
  renameConversation: request('chat.v1.rename-conversation', {
    input: z.object({ conversationId: z.uuid(), title: z.string().trim().min(1).max(120).nullable() }),
    output: Conversation,
    timeoutMs: 3_000,
    access: 'user',
  }),
  /** Deletes one of the caller's conversations, with all that was said in it. What is said next begins another. */
  deleteConversation: request('chat.v1.delete-conversation', {
    input: z.object({ conversationId: z.uuid() }),
    output: z.object({ deleted: z.boolean() }),
    timeoutMs: 5_000,
    access: 'user',
  }),

  listAgents: request('chat.v1.list-agents', {
    input: z.object({}),
    output: z.object({ agents: z.array(Agent) }),
    timeoutMs: 3_000,
    access: 'user',
  }),
  readAgent: request('chat.v1.read-agent', {
    input: z.object({ agentId: z.uuid() }),
    output: Agent,
    timeoutMs: 3_000,
    access: 'user',
  }),
  createAgent: request('chat.v1.create-agent', {
    input: AgentSettings,
    output: Agent,
    timeoutMs: 3_000,
    access: 'user',
  }),
  /** Changes what is given; in force from the next turn on. `precondition-failed` when it is not as it was any more. */
  updateAgent: request('chat.v1.update-agent', {
    input: AgentSettings.partial().extend({
      agentId: z.uuid(),
      /** Only while it is as it was then. */
      unchangedSince: z.iso.datetime().optional(),
    }),
    output: Agent,
    timeoutMs: 3_000,
    access: 'user',
  }),

  /** Deletes one of the caller's own agents. Its conversations and devices go on with the default one. */
  deleteAgent: request('chat.v1.delete-agent', {
    input: z.object({ agentId: z.uuid() }),
    output: z.object({ deleted: z.boolean() }),
    timeoutMs: 5_000,
    access: 'user',
  }),
  listAgentTemplates: request('chat.v1.list-agent-templates', {
    input: z.object({}),
    output: z.object({ templates: z.array(AgentTemplate) }),
    timeoutMs: 3_000,
    access: 'user',
  }),
  /** What an agent was, newest first; as many as are kept. */
  listAgentVersions: request('chat.v1.list-agent-versions', {
    input: z.object({ agentId: z.uuid() }),
    output: z.object({ versions: z.array(AgentVersion) }),
    timeoutMs: 3_000,
    access: 'user',
  }),
  /** Makes an agent what it was, as another version. */
  restoreAgent: request('chat.v1.restore-agent', {
    input: z.object({ agentId: z.uuid(), version: z.number().int().min(1) }),
    output: Agent,
    timeoutMs: 3_000,
    access: 'user',
  }),

  /** How an agent holds a spoken conversation, for whoever holds it; the default agent without an id. */
  readManner: request('chat.v1.read-manner', {
    input: z.object({ agentId: z.uuid().optional() }),
    output: AgentManner,
    timeoutMs: 3_000,
  }),
  /** An agent is different now: what was remembered of it is out of date. */
  agentChanged: event('chat.v1.agent-changed', z.object({ agentId: z.uuid() })),
  /** Answers a question about an image. A place without a vision model is `unavailable`. */
  look: request('chat.v1.look', {
    input: LookInput,
    output: z.object({ text: z.string() }),
    timeoutMs: 25_000,
    maxTimeoutMs: 60_000,
  }),

  /** The caller's agents, conversations and messages. */
  exportPerson: stream('chat.v1.export-person', {
    input: z.object({}),
    chunk: ExportItem,
    idleMs: 8_000,
    access: 'user',
  }),

  complete: stream('chat.v1.complete', { input: CompleteInput, chunk: CompletePart, idleMs: 8_000, access: 'user' }),
  listModels: request('chat.v1.list-models', {
    input: z.object({}),
    output: z.object({ models: z.array(Model) }),
    timeoutMs: 3_000,
    access: 'user',
  }),
  /** Asks each vendor whether it can be used, and forgets which models it had. */
  checkModels: request('chat.v1.check-models', {
    input: z.object({}),
    output: z.object({ models: z.array(ModelCheck) }),
    timeoutMs: 15_000,
    access: 'admin',
  }),
}
