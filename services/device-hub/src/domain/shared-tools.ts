import type { OfferedTool } from '@parley/contracts'

/** Boards that are about: of more, some are kept more than once. */
const mostKept = 256
const kept = new Map<string, OfferedTool[]>()

/** The same tools once, however many devices have them: devices of one board have the same ones, to the letter. */
export function shareTools(tools: OfferedTool[]): OfferedTool[] {
  const key = JSON.stringify(tools)
  const known = kept.get(key)
  if (known) return known
  const oldest = kept.keys().next()
  if (kept.size >= mostKept && !oldest.done) kept.delete(oldest.value)
  kept.set(key, tools)
  return tools
}
