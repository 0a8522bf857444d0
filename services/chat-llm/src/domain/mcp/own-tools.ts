import type { ListedTool, Person, ToolCall, ToolResult } from '@parley/contracts'
import { noSuchAgent } from '../agents.ts'
import type { createHooks } from '../hooks/turn-hooks.ts'
import type { AgentStore } from '../ports.ts'
import { unmarkOutside } from '../tools/outside.ts'
import type { ToolTurn } from '../tools/tool.ts'
import type { Toolbox } from '../tools/toolbox.ts'

export type OwnToolPorts = {
  agents: Pick<AgentStore, 'find' | 'findDefault'>
  toolbox: Toolbox
  hooks: ReturnType<typeof createHooks>
  newId: () => string
}

/** The tools of an agent, for its owner's own programs: allowed, bounded and watched as in a conversation. */
export type OwnTools = {
  /** @throws Problem `not-found` for an agent that is not the person's to use, here and below */
  list: (person: Person, agentId: string | undefined, signal: AbortSignal) => Promise<{ tools: ListedTool[] }>
  call: (person: Person, agentId: string | undefined, call: ToolCall, signal: AbortSignal) => Promise<ToolResult>
}

export function createOwnTools({ agents, toolbox, hooks, newId }: OwnToolPorts): OwnTools {
  async function turnOf({ userId }: Person, agentId: string | undefined): Promise<ToolTurn> {
    const found = agentId === undefined ? await agents.findDefault() : await agents.find(agentId, userId)
    if (!found) throw noSuchAgent()
    const agent = { ...found, language: found.language, model: found.model }
    return { turnId: newId(), deviceId: undefined, ownerId: userId, agent, language: agent.language, deviceTools: [] }
  }

  return {
    list: async (person, agentId, signal) => {
      const { offered } = await toolbox.open(await turnOf(person, agentId), { signal })
      return { tools: offered }
    },

    call: async (person, agentId, { name, arguments: args }, signal) => {
      const turn = await turnOf(person, agentId)
      const tools = await toolbox.open(turn, { signal })
      const runner = tools.createRunner(hooks(turn, signal), signal)
      const { running } = runner.start([{ id: turn.turnId, name, arguments: JSON.stringify(args) }])
      const { text, failed } = (await running[0]?.result) ?? { text: 'Error: no such tool', failed: true }
      signal.throwIfAborted()
      return { text: unmarkOutside(text), failed }
    },
  }
}
