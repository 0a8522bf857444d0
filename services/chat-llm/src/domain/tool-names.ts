import type { DeviceTool } from '@parley/contracts'
import type { ModelTool } from './language-model.ts'

const longestName = 64

export type NamedTools = {
  offered: ModelTool[]
  /** The device's own name of an offered tool; undefined for a name that was not offered. */
  realName: (offeredName: string) => string | undefined
}

/**
 * Tools under names that every vendor takes: letters, digits, `_` and `-`, a letter or `_` first, at most 64
 * characters, each once.
 */
export function nameTools(tools: DeviceTool[]): NamedTools {
  const realNames = new Map<string, string>()
  const offered = tools.map(({ name, description, inputSchema }) => {
    const offeredName = firstFree(toAllowed(name), realNames)
    realNames.set(offeredName, name)
    return { name: offeredName, description, inputSchema: { type: 'object', properties: {}, ...inputSchema } }
  })
  return { offered, realName: (name) => realNames.get(name) }
}

function toAllowed(name: string): string {
  const allowed = name.replaceAll(/[^A-Za-z0-9_-]/g, '_').slice(0, longestName)
  return /^[A-Za-z_]/.test(allowed) ? allowed : `_${allowed}`.slice(0, longestName)
}

function firstFree(name: string, taken: Map<string, string>): string {
  if (!taken.has(name)) return name
  for (let count = 2; ; count++) {
    const suffix = `_${count}`
    const candidate = name.slice(0, longestName - suffix.length) + suffix
    if (!taken.has(candidate)) return candidate
  }
}
