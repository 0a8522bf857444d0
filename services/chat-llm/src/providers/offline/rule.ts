import type { ModelTool } from '../../domain/language-model.ts'
import type { DateWords } from './date-words.ts'

/** A call that was made for the question at hand, and what came of it. */
export type MadeCall = { name: string; arguments: string; text: string; failed: boolean }

/** Everything a rule may look at. */
export type Situation = {
  /** The question as it came; the pattern of a rule sees it simplified. */
  said: string
  chinese: boolean
  now: Date
  words: DateWords
  tools: ModelTool[]
  calls: MadeCall[]
  /** What was said last, for those who did not catch it. */
  lastAnswer: string | undefined
  /** From 0 to below 1. */
  random: () => number
}

/** What to do next: speak and be done, or call an offered tool and look at the question again with its result. */
export type Step = { say: string } | { call: string; arguments: Record<string, unknown> }

/** The first rule whose pattern is found and which has a step answers. */
export type Rule = { pattern: RegExp; step: (situation: Situation, match: RegExpExecArray) => Step | undefined }

/** Speaks in the language of the question. */
export function say({ chinese }: Situation, english: string, inChinese: string): Step {
  return { say: chinese ? inChinese : english }
}

/** A rule that always says the same. */
export function saying(pattern: RegExp, english: string, inChinese: string): Rule {
  return { pattern, step: (situation) => say(situation, english, inChinese) }
}

/** A rule that says one of several things. */
export function sayingOneOf(pattern: RegExp, english: readonly string[], inChinese: readonly string[]): Rule {
  return {
    pattern,
    step: ({ chinese, random }) => {
      const choices = chinese ? inChinese : english
      return { say: choices[Math.floor(random() * choices.length)] ?? '' }
    },
  }
}
