import { AgentTools, IntentMode, Language, Manner, MemoryMode, Sampling, Voice } from '@parley/contracts'
import type { OpenConversation, Persona, StoredMessage } from '../domain/ports.ts'

/** An agent as PostgreSQL gives it; what is unknown is what an operator put there. */
export type AgentColumns = {
  name: string
  prompt: string
  language: string | null
  voice: unknown
  sampling: unknown
  model: string | null
  tools: unknown
  memory: string
  intent: string
}

export type OpenConversationRow = AgentColumns & {
  id: string
  agent_id: string
  summary: string | null
  owner_id: string | null
  device_id: string | null
  history: StoredMessage[]
}

/** An agent with a setting that cannot be used speaks with the default one rather than not at all. */
export function readPersona(agentId: string, columns: AgentColumns): Persona {
  const { name, prompt, language, voice, sampling, model, tools, memory, intent } = columns
  return {
    agentId,
    name,
    prompt,
    language: Language.optional()
      .catch(undefined)
      .parse(language ?? undefined),
    voice: Voice.catch({}).parse(voice),
    sampling: Sampling.catch({}).parse(sampling),
    model: model ?? undefined,
    tools: AgentTools.catch({}).parse(tools),
    memory: MemoryMode.catch('summary').parse(memory),
    intent: IntentMode.catch('tools').parse(intent),
  }
}

export function readManner(manner: unknown): Manner {
  return Manner.catch({}).parse(manner)
}

export function readOpenConversation(row: OpenConversationRow): OpenConversation {
  const { id, owner_id: ownerId, device_id: deviceId, history } = row
  const agent = readPersona(row.agent_id, row)
  // An agent that has no memory was perhaps one that had.
  const summary = agent.memory === 'none' ? undefined : (row.summary ?? undefined)
  return { id, ownerId: ownerId ?? undefined, deviceId: deviceId ?? undefined, agent, history, summary }
}
