import type { ToolOrigin, ToolTurn } from '../tools/tool.ts'

/** Who asks: what a hook may know of it. */
export type HookTurn = Omit<ToolTurn, 'deviceTools'>

/** Text on its way to the user. With `stop` the answer ends after `text`. */
export type Passed = { text: string; stop?: boolean }

/** Sees the text of one answer as it is made. What `push` does not let pass yet, a later call does, `flush` at the latest. */
export type DeltaFilter = { push: (text: string) => Passed; flush: () => Passed }

export type HookOptions = { turn: HookTurn; signal: AbortSignal }

type Verdict<T> = T | undefined | Promise<T | undefined>

/**
 * Something that looks on at a turn and may step in. Every moment is optional; undefined as an answer is "go on as it is".
 * Hooks are asked in their order, and each sees what the one before it made.
 */
export type Hook = {
  readonly name: string
  /** Smaller ones first; those of one order by name. 100 for a hook that does not mind. */
  readonly order: number
  /** What a failure of the hook itself, or an answer that is late, means: as if it were not there, or no. */
  readonly onFailure: 'go-on' | 'refuse'
  /** How long it may think at one moment; 200. */
  readonly timeoutMs?: number | undefined
  /** Before a model is asked: other words than the user's, a note to the model (it is part of the system prompt), or no answer at all. */
  beforePrompt?: (
    asked: { text: string },
    options: HookOptions,
  ) => Verdict<{ text?: string; note?: string } | { refuse: true }>
  /** For each answer. It is asked for every piece, so it does not wait for anything. */
  onDelta?: (turn: HookTurn) => DeltaFilter
  /** Once the answer is complete; nobody waits for it. */
  afterAnswer?: (answer: { text: string; reason: string }, options: HookOptions) => void | Promise<void>
  /** Before a tool is called: `refuse` is why not, for the model. */
  onToolCall?: (
    call: { name: string; origin: ToolOrigin; arguments: Record<string, unknown> },
    options: HookOptions,
  ) => Verdict<{ refuse: string }>
  /** What a tool gave, before the model reads it. */
  onToolResult?: (
    result: { name: string; origin: ToolOrigin; trusted: boolean; text: string },
    options: HookOptions,
  ) => Verdict<{ text: string }>
}
