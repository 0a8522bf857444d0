import type { LanguageModel, ModelTool } from '../language-model.ts'

/** Commands that need no model to be understood, and what carries them out with the tools that are offered. */
export type Commands = {
  /** Whether this is such a command, to the word, and what it needs is offered. */
  handles: (text: string, tools: readonly ModelTool[]) => boolean
  /** Answers what is handled, at once: its rounds are those of any model. */
  model: LanguageModel
}
