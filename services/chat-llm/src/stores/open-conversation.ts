import { Language, Voice } from '@parley/contracts'
import { z } from 'zod'
import type { OpenConversation, StoredMessage } from '../domain/ports.ts'

/** As PostgreSQL gives it; `voice` and `sampling` are what an operator put there. */
export type OpenConversationRow = {
  id: string
  name: string
  prompt: string
  language: string | null
  voice: unknown
  sampling: unknown
  history: StoredMessage[]
}

const Sampling = z.object({
  temperature: z.number().min(0).max(2).optional(),
  topP: z.number().min(0).max(1).optional(),
  maxTokens: z.number().int().min(1).optional(),
})

/** An agent with a setting that cannot be used speaks with the default one rather than not at all. */
export function readOpenConversation({ id, history, ...row }: OpenConversationRow): OpenConversation {
  const agent = {
    name: row.name,
    prompt: row.prompt,
    language: Language.optional()
      .catch(undefined)
      .parse(row.language ?? undefined),
    voice: Voice.catch({}).parse(row.voice),
    sampling: Sampling.catch({}).parse(row.sampling),
  }
  return { id, agent, history }
}
