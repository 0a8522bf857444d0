import type { AgentTools } from '@parley/contracts'
import type { ModelTool } from '../language-model.ts'
import type { TurnHooks } from '../hooks/turn-hooks.ts'
import type { Clock } from '../ports.ts'
import { unlessAborted } from '../unless-aborted.ts'
import { nameTools } from './tool-names.ts'
import { createToolRunner, type ToolLimits, type ToolObserver, type ToolRunner } from './tool-runner.ts'
import type { Tool, ToolSource, ToolTurn } from './tool.ts'

/** The tools of one turn. */
export type TurnTools = {
  offered: ModelTool[]
  /** Whether one of them brings in what nobody here has written. */
  outside: boolean
  createRunner: (hooks: Pick<TurnHooks, 'calling' | 'called'>, signal: AbortSignal) => ToolRunner
}

export type Toolbox = {
  /** Never throws but the signal's reason: a source that fails has no tools. */
  open: (turn: ToolTurn, options: { signal: AbortSignal }) => Promise<TurnTools>
}

export type ToolboxPorts = {
  /** Of two tools with one name, that of the earlier source keeps it. */
  sources: readonly ToolSource[]
  clock: Pick<Clock, 'monotonicMs' | 'timeout'>
  observer: ToolObserver & {
    /** A source failed, or is slow: the turn goes on without it, or with the tools that it had last. */
    sourceLate: (source: string, error: unknown) => void
  }
}

/** What vendors take. */
const mostTools = 128
/** What the first word waits for lists of tools, at most. */
const listWithinMs = 100
const mostKept = 1_000

/**
 * All tools that a turn may use, whatever they come from, as far as its agent allows them. A source that takes long to list
 * is not waited for: what it had last for this agent on this device is offered, and its new list from the next turn on.
 */
export function createToolbox({ sources, clock, observer }: ToolboxPorts, limits: ToolLimits): Toolbox {
  const kept = new Map<string, Tool[]>()

  function keep(key: string, tools: Tool[]) {
    const oldest = kept.keys().next()
    if (kept.size >= mostKept && !oldest.done) kept.delete(oldest.value)
    kept.set(key, tools)
  }

  async function list(source: ToolSource, turn: ToolTurn, signal: AbortSignal): Promise<Tool[]> {
    const key = [source.name, turn.agent.agentId, turn.ownerId, turn.deviceId].join(' ')
    try {
      const tools = source.toolsFor(turn, { signal })
      if (Array.isArray(tools)) return tools
      const listing = tools.then((found) => {
        keep(key, found)
        return found
      })
      listing.catch(() => undefined)
      return await unlessAborted(listing, clock.timeout(listWithinMs))
    } catch (error) {
      observer.sourceLate(source.name, error)
    }
    return kept.get(key) ?? []
  }

  return {
    open: async (turn, { signal }) => {
      const lists = turn.agent.intent === 'none' ? [] : sources.map((source) => list(source, turn, signal))
      const found = (await Promise.all(lists)).flat()
      signal.throwIfAborted()
      const tools = found.filter(({ name }) => mayUse(turn.agent.tools, name)).slice(0, mostTools)
      const names = nameTools(tools)
      return {
        offered: names.offered,
        outside: tools.some(({ trusted }) => !trusted),
        createRunner: (hooks, stop) =>
          createToolRunner({ turn, find: names.find, clock, observer, hooks, signal: stop }, limits),
      }
    },
  }
}

/** By name, or by the beginning of one before `*`. */
function mayUse({ allow }: AgentTools, name: string): boolean {
  if (!allow) return true
  return allow.some((entry) => (entry.endsWith('*') ? name.startsWith(entry.slice(0, -1)) : name === entry))
}
