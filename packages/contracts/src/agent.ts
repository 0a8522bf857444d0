import { z } from 'zod'
import { Voice } from './audio.ts'
import { DeviceId, Language } from './ids.ts'

/** How a model picks its words; what is left out is the vendor's default. `maxTokens` bounds the answer. */
export const Sampling = z.object({
  temperature: z.number().min(0).max(2).optional(),
  topP: z.number().min(0).max(1).optional(),
  maxTokens: z.number().int().min(1).max(1_000_000).optional(),
  stop: z.array(z.string().min(1).max(64)).max(4).optional(),
})
export type Sampling = z.infer<typeof Sampling>

const Line = z.string().trim().min(1).max(300)

/** How an agent holds a spoken conversation. What is left out is the place's own way; `null` is none. */
export const Manner = z.object({
  /** Said when a device wakes it without asking anything. */
  greeting: Line.nullable().optional(),
  /** Said before it goes, of its own accord or when asked to. */
  farewell: Line.nullable().optional(),
  /** Said while a slow tool keeps everybody waiting; one of them each time. */
  fillers: z.array(Line).max(10).optional(),
  /** Words that end the conversation when they are all that is said. */
  exitPhrases: z.array(z.string().trim().min(1).max(64)).max(32).optional(),
  /** The silence that ends an utterance. `adaptive`: less of it after a finished clause, more after a dangling one. */
  endpointing: z
    .object({ silenceMs: z.number().int().min(200).max(3_000).optional(), adaptive: z.boolean().optional() })
    .optional(),
  /** A silent device is sent away after this; `null` is never. */
  idleCloseMs: z.number().int().min(10_000).max(86_400_000).nullable().optional(),
  /** Words that are said differently from how they are written. */
  replacements: z
    .array(z.object({ from: z.string().min(1).max(64), to: z.string().min(1).max(128) }))
    .max(200)
    .optional(),
})
export type Manner = z.infer<typeof Manner>

/** Which tools an agent may use, and what its owner sets of them: values that no model sees or chooses. */
export const AgentTools = z.object({
  /** Only these, by name or by `prefix*`; all without it. */
  allow: z.array(z.string().min(1).max(128)).max(128).optional(),
  parameters: z.record(z.string().min(1).max(128), z.record(z.string().max(64), z.json())).optional(),
})
export type AgentTools = z.infer<typeof AgentTools>

/** What of a conversation outlives the words in the prompt: nothing, a summary of what came before, or lasting facts as well. */
export const MemoryMode = z.enum(['none', 'summary', 'facts'])
export type MemoryMode = z.infer<typeof MemoryMode>

/** Who decides that a tool is meant: the model that answers, a small one of its own, or nobody, as there are no tools. */
export const IntentMode = z.enum(['tools', 'model', 'none'])
export type IntentMode = z.infer<typeof IntentMode>

/** A persona: how it answers and sounds. The ones without an owner are everybody's, and only administrators edit them. */
export const Agent = z.object({
  agentId: z.uuid(),
  name: z.string(),
  prompt: z.string(),
  language: Language.optional(),
  voice: Voice,
  sampling: Sampling,
  manner: Manner,
  /** One of `chat.listModels`; the configured ones in their order without it, and whenever it cannot be had. */
  model: z.string().optional(),
  tools: AgentTools,
  memory: MemoryMode,
  intent: IntentMode,
  isDefault: z.boolean(),
  /** Whether the caller may edit it. */
  editable: z.boolean(),
  updatedAt: z.iso.datetime(),
})
export type Agent = z.infer<typeof Agent>

/**
 * What can be said of an agent. A language or a model of `null` is none; `voice`, `sampling`, `manner` and `tools` are
 * replaced as a whole.
 */
export const AgentSettings = z.object({
  name: z.string().trim().min(1).max(64),
  prompt: z.string().trim().min(1).max(16_000),
  language: Language.nullable().optional(),
  voice: Voice.optional(),
  sampling: Sampling.optional(),
  manner: Manner.optional(),
  model: z.string().trim().min(1).max(128).nullable().optional(),
  tools: AgentTools.optional(),
  memory: MemoryMode.optional(),
  intent: IntentMode.optional(),
})
export type AgentSettings = z.infer<typeof AgentSettings>

/** A beginning for an agent of one's own. */
export const AgentTemplate = z.object({
  templateId: z.string(),
  /** What it is good for. */
  description: z.string(),
  settings: AgentSettings,
})
export type AgentTemplate = z.infer<typeof AgentTemplate>

/** What an agent was from `createdAt` on. The newest one is what it is. */
export const AgentVersion = z.object({
  version: z.number().int(),
  createdAt: z.iso.datetime(),
  /** Who made it so. */
  madeBy: z.uuid(),
  settings: AgentSettings,
})
export type AgentVersion = z.infer<typeof AgentVersion>

/** What whoever holds a spoken conversation has to know of its agent. */
export const AgentManner = z.object({
  agentId: z.uuid(),
  name: z.string(),
  language: Language.optional(),
  voice: Voice,
  manner: Manner,
})
export type AgentManner = z.infer<typeof AgentManner>

/** A question about an image that is in the object store. */
export const LookInput = z.object({
  deviceId: DeviceId.optional(),
  ownerId: z.uuid().optional(),
  /** Whose language and voice the answer is in; the default agent without it. */
  agentId: z.uuid().optional(),
  imageKey: z.string().min(1).max(200),
  question: z.string().trim().min(1).max(2_000),
  language: Language.optional(),
})
export type LookInput = z.infer<typeof LookInput>
