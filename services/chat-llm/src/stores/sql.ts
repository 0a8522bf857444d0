import { Problem, type Message } from '@parley/contracts'
import { Prisma } from './generated/client.ts'
import { readMessage, type MessageRow } from './message-row.ts'

export const messageColumns = Prisma.raw('id, turn_id, role, text, heard_text, interrupted, created_at')

/** What a persona is made of; the table's name is `a`. */
export const agentColumns = Prisma.raw(
  'a.name, a.prompt, a.language, a.voice, a.sampling, a.model, a.tools, a.memory, a.intent',
)

/** The agent with this id, or the default one when there is none. */
export function chosenAgent(agentId: string | undefined): Prisma.Sql {
  return Prisma.sql`coalesce((SELECT id FROM agents WHERE id = ${agentId ?? null}::uuid),
    (SELECT id FROM agents WHERE is_default ORDER BY id LIMIT 1))`
}

export function onlyMessage(rows: MessageRow[]): Message {
  const [row] = rows
  if (!row) throw new Problem('conflict', 'This turn belongs to another conversation')
  return readMessage(row)
}

/** PostgreSQL's text holds every character but this one. */
export function toStorable(text: string): string {
  return text.replaceAll('\0', '')
}
