import type {
  Agent,
  AgentSettings,
  AgentTools,
  AgentVersion,
  AppUpdate,
  Conversation,
  ErasedCounts,
  ExportItem,
  IntentMode,
  MemoryMode,
  Message,
  Person,
  RoomRun,
  Problem,
  Sampling,
  Spoken,
  ToolCall,
  ToolResult,
  Usage,
  Voice,
} from '@parley/contracts'
import type { ModelImage } from './language-model.ts'

/** Who speaks: a personality, its voice, and what it thinks with. */
export type Persona = {
  agentId: string
  name: string
  prompt: string
  language: string | undefined
  voice: Voice
  sampling: Sampling
  model: string | undefined
  tools: AgentTools
  memory: MemoryMode
  intent: IntentMode
}

/** A stored message. `heardText` replaces `text` once it is known what the user heard. */
export type StoredMessage = {
  role: 'user' | 'assistant'
  text: string
  heardText: string | null
  interrupted: boolean
}

/**
 * Who asks: a device, whose words go on in its open conversation; a person in an app, in the conversation they name or in a
 * new one; or whoever speaks in a voice room, in the conversation of the agent's run there.
 */
export type Asker =
  | { kind: 'device'; deviceId: string; ownerId: string | undefined; agentId: string | undefined }
  | { kind: 'person'; userId: string; conversationId: string | undefined; agentId: string | undefined }
  | ({ kind: 'room' } & RoomRun)

/** `history` is oldest first, without the messages of the turn that asks. */
export type OpenConversation = {
  id: string
  ownerId: string | undefined
  deviceId: string | undefined
  agent: Persona
  history: StoredMessage[]
  /** What was said before the history. */
  summary?: string | undefined
}

export type UserMessage = {
  id: string
  conversationId: string
  turnId: string
  text: string
  /** Whose voice it was, where that is known. */
  speaker?: string | undefined
  at: Date
}

/** `at` is when it was asked for. `complete` is false for an answer that was aborted or broke off; `heardText` is what of it is known to have arrived. */
export type AssistantMessage = Omit<UserMessage, 'speaker'> & {
  complete: boolean
  heardText: string | undefined
  provider: string | undefined
  model: string | undefined
  usage: Usage | undefined
}

/** A message as it stands now, and where. */
export type Recorded = {
  message: Message
  conversationId: string
  ownerId: string | undefined
  deviceId: string | undefined
}

/**
 * Conversations as the turn needs them. Every write may be repeated: a message is one per turn and role, and neither a
 * repetition nor another order of arrival loses what was stored. Failures that may pass are Problem `unavailable`, here and
 * in the other stores.
 */
export type ConversationStore = {
  /**
   * The conversation in which the asker goes on. For a device it is its open one, unless its last message is before
   * `since`, or it is another owner's or another agent's; what the device said while nobody owned it becomes its owner's.
   * @throws Problem `not-found` for a conversation or an agent that is not the person's
   */
  open: (wanted: {
    asker: Asker
    turnId: string
    newId: string
    now: Date
    since: Date
    historyLength: number
  }) => Promise<OpenConversation>
  /** A turn that is asked again with another text replaces its text, in whichever order the two arrive. @throws Problem `conflict` on another conversation's turn. */
  saveUserMessage: (message: UserMessage) => Promise<Message>
  /** Keeps what was heard already. An incomplete answer never replaces a text that is stored. @throws Problem `conflict` likewise. */
  saveAssistantMessage: (message: AssistantMessage) => Promise<Message>
  /** Works before the answer itself is stored, too. Undefined when the device has neither this turn nor a conversation. */
  recordHeard: (heard: {
    id: string
    turnId: string
    deviceId: string
    text: string
    interrupted: boolean
    at: Date
  }) => Promise<Recorded | undefined>
  /**
   * Notes what was said in a room, in the conversation of its turn, or else of its run: a run's first words open one. What was
   * heard of an answer may come before the answer itself.
   */
  recordSpoken: (spoken: Spoken & { id: string; newId: string; at: Date }) => Promise<Recorded>
  /** Ends the conversation of a run; false when it had none open. */
  closeRoom: (taskId: string) => Promise<boolean>
  /** The newest messages before `before`, oldest first, of the device's open conversation. */
  listMessages: (page: { deviceId: string; before: string | undefined; limit: number }) => Promise<Message[]>
  /** Gives the conversations that a device had while nobody owned it to its owner; how many. */
  adopt: (deviceId: string, ownerId: string) => Promise<number>
}

/** Where a list of conversations goes on. */
export type ConversationPosition = { lastMessageAt: Date; conversationId: string }

/** Conversations as their owner reads them. */
export type HistoryStore = {
  /** Last used first, those after `after`. */
  list: (page: {
    ownerId: string
    deviceId: string | undefined
    /** What is said in them, or their title, in whatever case. */
    search: string | undefined
    after: ConversationPosition | undefined
    limit: number
  }) => Promise<Conversation[]>
  find: (conversationId: string, ownerId: string) => Promise<Conversation | undefined>
  /** False when it is not the owner's. */
  rename: (conversationId: string, ownerId: string, title: string | null) => Promise<boolean>
  /** With all that was said in it; false when it is not the owner's. */
  delete: (conversationId: string, ownerId: string) => Promise<boolean>
  /** The newest messages before `before`, oldest first. */
  listMessages: (page: { conversationId: string; before: string | undefined; limit: number }) => Promise<Message[]>
}

export type OwnedAgent = Omit<Agent, 'editable'> & { ownerId: string | undefined }

export type AgentStore = {
  /** The user's own agents and everybody's, the default one first, then by name. */
  listFor: (userId: string) => Promise<OwnedAgent[]>
  /** One agent, if it is the user's own or everybody's. */
  find: (agentId: string, userId: string) => Promise<OwnedAgent | undefined>
  /** One agent, whoever’s it is: for the platform, which acts for its owner. */
  findAny: (agentId: string) => Promise<OwnedAgent | undefined>
  findDefault: () => Promise<OwnedAgent>
  countOwned: (userId: string) => Promise<number>
  /** As its first version. */
  add: (agent: AgentSettings & { agentId: string; ownerId: string; at: Date }) => Promise<OwnedAgent>
  /** Makes another version of it. Undefined when it is gone, or not as it was at `unchangedSince`. */
  change: (
    agentId: string,
    changes: Partial<AgentSettings>,
    options: { at: Date; unchangedSince: Date | undefined; by: string },
  ) => Promise<OwnedAgent | undefined>
  /** Newest first; none for an agent that is as it was made before versions were kept. */
  listVersions: (agentId: string) => Promise<AgentVersion[]>
  /** Its conversations are the default agent's from then on. False when it is not the owner's. */
  delete: (agentId: string, ownerId: string) => Promise<boolean>
}

/** All that is somebody's: to take along, and to be gone. */
export type PersonStore = {
  /** May be repeated. */
  erase: (ownerId: string) => Promise<ErasedCounts>
  export: (ownerId: string) => AsyncGenerator<ExportItem, void>
}

/** The tools of connected devices. @throws Problem when the device cannot be reached or is late; the signal's reason. */
export type DeviceTools = {
  call: (deviceId: string, call: ToolCall, options: { timeoutMs: number; signal: AbortSignal }) => Promise<ToolResult>
}

/** An image by its key in the object store. @throws Problem `not-found`, or `bad-request` for what is no image */
export type Images = { read: (key: string, options: { signal: AbortSignal }) => Promise<ModelImage> }

/** The apps of a user, wherever they are connected. Never fails: nobody has to listen. */
export type Audience = { tell: (userId: Person['userId'], update: AppUpdate) => void }

export type Clock = {
  date: () => Date
  /** Milliseconds that only ever grow. */
  monotonicMs: () => number
  pause: (ms: number) => Promise<unknown>
  /** A signal that aborts then. */
  timeout: (ms: number) => AbortSignal
  /** Runs an action later, and gives what calls it off. */
  after: (delayMs: number, action: () => void) => () => void
}

/** What a reply was, without anyone's words. */
export type ReplyRecord = {
  turnId: string
  asker: Asker['kind']
  deviceId: string | undefined
  conversationId: string | undefined
  outcome: 'finished' | 'aborted' | 'failed'
  reason: string | undefined
  problem: Problem | undefined
  provider: string | undefined
  model: string | undefined
  usage: Usage | undefined
  tools: { name: string; failed: boolean }[]
  /** From the question to the conversation at hand, the first text, the end. */
  openedMs: number | undefined
  firstTextMs: number | undefined
  totalMs: number
}

export type ReplyObserver = {
  replied: (record: ReplyRecord) => void
  /** A message could not be stored, although it was tried twice; the reply goes on. */
  messageLost: (error: unknown, message: { turnId: string; role: 'user' | 'assistant' }) => void
}
