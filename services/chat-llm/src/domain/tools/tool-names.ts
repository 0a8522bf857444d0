import type { ModelTool } from '../language-model.ts'

const longestName = 64

type Named = { name: string; description: string; inputSchema: Record<string, unknown>; origin?: string }

export type NamedTools<Item extends Named> = {
  offered: ModelTool[]
  /** The tool that was offered by this name. */
  find: (offeredName: string) => Item | undefined
  /** The tool's own name; undefined for a name that was not offered. */
  realName: (offeredName: string) => string | undefined
}

/**
 * Tools under names that every vendor takes: letters, digits, `_` and `-`, a letter or `_` first, at most 64
 * characters, each once. The first of a name keeps it; a later one is called by its origin, too, or else numbered.
 */
export function nameTools<Item extends Named>(tools: readonly Item[]): NamedTools<Item> {
  const named = new Map<string, Item>()
  const offered = tools.map((tool) => {
    const { name, description, inputSchema, origin } = tool
    const own = toAllowed(name)
    const offeredName = firstFree(named.has(own) && origin ? toAllowed(`${origin}_${name}`) : own, named)
    named.set(offeredName, tool)
    return { name: offeredName, description, inputSchema: { type: 'object', properties: {}, ...inputSchema } }
  })
  const find = (name: string) => named.get(name)
  return { offered, find, realName: (name) => find(name)?.name }
}

function toAllowed(name: string): string {
  const allowed = name.replaceAll(/[^A-Za-z0-9_-]/g, '_').slice(0, longestName)
  return /^[A-Za-z_]/.test(allowed) ? allowed : `_${allowed}`.slice(0, longestName)
}

function firstFree(name: string, taken: Map<string, unknown>): string {
  if (!taken.has(name)) return name
  for (let count = 2; ; count++) {
    const suffix = `_${count}`
    const candidate = name.slice(0, longestName - suffix.length) + suffix
    if (!taken.has(candidate)) return candidate
  }
}
