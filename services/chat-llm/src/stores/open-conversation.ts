import { Language, Manner, Sampling, Voice } from '@parley/contracts'
import type { OpenConversation, Persona, StoredMessage } from '../domain/ports.ts'

/** An agent as PostgreSQL gives it; `voice` and `sampling` are what an operator put there. */
export type AgentColumns = {
  name: string
  prompt: string
  language: string | null
  voice: unknown
  sampling: unknown
}

export type OpenConversationRow = AgentColumns & {
  id: string
  owner_id: string | null
  device_id: string | null
  history: StoredMessage[]
}

/** An agent with a setting that cannot be used speaks with the default one rather than not at all. */
export function readPersona({ name, prompt, language, voice, sampling }: AgentColumns): Persona {
  return {
    name,
    prompt,
    language: Language.optional()
      .catch(undefined)
      .parse(language ?? undefined),
    voice: Voice.catch({}).parse(voice),
    sampling: Sampling.catch({}).parse(sampling),
  }
}

export function readManner(manner: unknown): Manner {
  return Manner.catch({}).parse(manner)
}

export function readOpenConversation(row: OpenConversationRow): OpenConversation {
  const { id, owner_id: ownerId, device_id: deviceId, history } = row
  return { id, ownerId: ownerId ?? undefined, deviceId: deviceId ?? undefined, agent: readPersona(row), history }
}
