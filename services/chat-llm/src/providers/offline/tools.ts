import type { ModelTool } from '../../domain/language-model.ts'
import type { MadeCall, Situation, Step } from './rule.ts'

/** The offered tool whose name, written `like_this`, matches. */
export function findTool({ tools }: Situation, pattern: RegExp): ModelTool | undefined {
  return tools.find((tool) => isCalled(tool, pattern))
}

export function hasTool(tools: readonly ModelTool[], pattern: RegExp): boolean {
  return tools.some((tool) => isCalled(tool, pattern))
}

function isCalled({ name }: ModelTool, pattern: RegExp): boolean {
  return pattern.test(name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_'))
}

/** The last call of a tool for the question at hand. */
export function findCall({ calls }: Situation, tool: ModelTool): MadeCall | undefined {
  return calls.findLast(({ name }) => name === tool.name)
}

/** A number inside a tool's JSON answer. */
export function readNumberAt(text: string, ...path: string[]): number | undefined {
  try {
    const found = path.reduce<unknown>(
      (value, key) => (value as Record<string, unknown> | null)?.[key],
      JSON.parse(text),
    )
    return typeof found === 'number' ? found : undefined
  } catch {
    return undefined
  }
}

/** The object that a tool's JSON answer is; empty for another answer. */
export function readObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

/** Calls a tool once, and tells what it gave; what went wrong is told in the tool's own words. */
export function use(
  situation: Situation,
  pattern: RegExp,
  given: Record<string, unknown>,
  tell: (text: string) => Step,
): Step | undefined {
  const tool = findTool(situation, pattern)
  if (!tool) return undefined
  const made = findCall(situation, tool)
  if (!made) return { call: tool.name, arguments: given }
  return made.failed ? { say: made.text.replace(/^Error: /, '') } : tell(made.text)
}
