import type { ToolCall, ToolResult } from '@parley/contracts'

/** A tool as a server describes it, cut to what a model can use. */
export type PeerTool = {
  name: string
  description: string
  inputSchema: Record<string, unknown>
  /** Whether calling it once more does no harm: the server says so. */
  repeatable: boolean
}

/** A tool server that is connected; we are its client. */
export type Peer = AsyncDisposable & {
  readonly about: { name: string; version: string }
  /** What it has at the moment. */
  readonly tools: readonly PeerTool[]
  /** @throws Problem `unavailable` when it is gone, `timeout`, `bad-request` for what it refuses */
  call: (call: ToolCall, options: { timeoutMs: number; signal: AbortSignal }) => Promise<ToolResult>
}

export type PeerEvents = {
  /** It has other tools now. */
  onTools?: (tools: readonly PeerTool[]) => void
  /** It is gone, however that came. */
  onClose?: () => void
  /** Something that is not about one call. */
  onError?: (error: unknown) => void
}

export type ConnectedTool = { name: string; description: string; inputSchema: Record<string, unknown> }

/** A tool server that has dialled in, wherever its socket is. */
export type Connected = {
  connectionId: string
  about: { name: string; version: string }
  connectedAt: Date
  tools: readonly ConnectedTool[]
}

/** Which tool servers are there, over all instances. An entry that is not noted again within `lifeMs` is gone. */
export type ConnectionDirectory = {
  readonly lifeMs: number
  note: (agentId: string, connection: Connected) => Promise<void>
  forget: (agentId: string, connectionId: string) => Promise<void>
  /** The oldest first. */
  list: (agentId: string) => Promise<Connected[]>
}

/** The how many-th address of an agent is good. */
export type EpochStore = {
  /** Undefined when there is no such agent. */
  read: (agentId: string) => Promise<number | undefined>
  renew: (agentId: string) => Promise<number | undefined>
}

export type CallConnection = {
  /** @throws Problem `unavailable` when it is gone, and whatever the tool server refuses with */
  call: (
    connectionId: string,
    call: ToolCall,
    options: { timeoutMs: number; signal: AbortSignal },
  ) => Promise<ToolResult>
  /** Never fails: one that is gone needs no dismissal. */
  dismiss: (connectionId: string) => Promise<void>
}
