import type { DeviceTool, ToolResult } from '@parley/contracts'
import type { Persona } from '../ports.ts'

/** Where a tool comes from; of two with one name, the second is called by its origin as well. */
export type ToolOrigin = 'device' | 'plugin' | 'mcp'

/** Who asks, and what a tool may know of it. */
export type ToolTurn = {
  turnId: string
  /** The device that asks; undefined for a person in an app. */
  deviceId: string | undefined
  ownerId: string | undefined
  agent: Persona
  /** The language in which the user was heard. */
  language: string | undefined
  /** What the device that asks offers. */
  deviceTools: readonly DeviceTool[]
}

/** What a call gave. With `endsConversation` the device goes away after the answer. */
export type ToolOutcome = ToolResult & { endsConversation?: boolean }

export type ToolOptions = { turn: ToolTurn; timeoutMs: number; signal: AbortSignal }

export type Tool = {
  /** As its source calls it, at most 128 characters: what agents allow and logs say. The model's name is made of it. */
  name: string
  description: string
  /** JSON Schema of an object. */
  inputSchema: Record<string, unknown>
  origin: ToolOrigin
  /** Whether its output is the installation's own word. Everything else is shown to the model as data from outside. */
  trusted: boolean
  /** How long one call may take, where that is not the usual patience. */
  timeoutMs?: number | undefined
  /** Knows its caller only by `turn`: a list of tools may be used again for a later one. A Problem is told to the model. */
  run: (args: Record<string, unknown>, options: ToolOptions) => Promise<ToolOutcome>
}

/** Something that has tools for a turn. What takes long to find is waited for shortly: see `createToolbox`. */
export type ToolSource = {
  readonly name: string
  toolsFor: (turn: ToolTurn, options: { signal: AbortSignal }) => Tool[] | Promise<Tool[]>
}
