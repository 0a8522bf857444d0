import { Problem, type Message } from '@parley/contracts'
import type { Asker, ConversationStore, Recorded, UserMessage } from '../domain/ports.ts'
import { Prisma, type PrismaClient } from './generated/client.ts'
import type { MessageRow } from './message-row.ts'
import type { OpenConversationRow } from './open-conversation.ts'
import { chosenAgent, messageColumns, onlyMessage, toStorable } from './sql.ts'

type Wanted = Parameters<ConversationStore['open']>[0]
type Room = Omit<Extract<Asker, { kind: 'room' }>, 'kind'>
type Spoken = Parameters<ConversationStore['recordSpoken']>[0]
type Found = { id: string; owner_id: string | null }

/** What rooms share with the other conversations. */
export type Shared = {
  find: (
    wanted: Pick<Wanted, 'turnId' | 'historyLength'>,
    where: Prisma.Sql,
  ) => Promise<OpenConversationRow | undefined>
  saveUserMessage: (message: UserMessage) => Promise<Message>
}

/** Conversations of voice rooms in PostgreSQL: one for each run of an agent, open under the name of the run. */
export function createPrismaRoomStore(prisma: PrismaClient, { find, saveUserMessage }: Shared) {
  /** May be repeated and raced: `open_for` is unique, so that one conversation wins. */
  async function insert({ roomId, taskId, ownerId, agentId }: Room, newId: string, now: Date): Promise<void> {
    await prisma.$executeRaw`
      INSERT INTO conversations (id, room_id, open_for, owner_id, agent_id, created_at, last_message_at)
      SELECT ${newId}::uuid, ${roomId}, ${taskId}, ${ownerId ?? null}::uuid, ${chosenAgent(agentId)}, ${now}, ${now}
      WHERE EXISTS (SELECT FROM agents WHERE is_default)
      ON CONFLICT (open_for) DO NOTHING`
  }

  async function open(room: Room, wanted: Pick<Wanted, 'turnId' | 'historyLength' | 'newId' | 'now'>) {
    const openRun = Prisma.sql`c.open_for = ${room.taskId}`
    const found = await find(wanted, openRun)
    if (found) return found
    await insert(room, wanted.newId, wanted.now)
    return find(wanted, openRun)
  }

  /** What is said last of all may come when the run is over: its turn knows where it belongs. */
  async function findFor(turnId: string, taskId: string): Promise<Found | undefined> {
    const rows = await prisma.$queryRaw<Found[]>`
      SELECT c.id, c.owner_id FROM conversations c
      LEFT JOIN messages m ON m.conversation_id = c.id AND m.turn_id = ${turnId}::uuid
      WHERE c.id = (SELECT conversation_id FROM messages WHERE turn_id = ${turnId}::uuid LIMIT 1) OR c.open_for = ${taskId}
      ORDER BY m.id NULLS LAST LIMIT 1`
    return rows[0]
  }

  async function saveHeard({ id, turnId, text, interrupted, at }: Spoken, conversationId: string): Promise<Message> {
    const rows = await prisma.$queryRaw<MessageRow[]>`
      INSERT INTO messages (id, conversation_id, turn_id, role, text, heard_text, interrupted, created_at)
      VALUES (${id}::uuid, ${conversationId}::uuid, ${turnId}::uuid, 'assistant', '', ${toStorable(text)}, ${interrupted}, ${at})
      ON CONFLICT (turn_id, role) DO UPDATE SET heard_text = excluded.heard_text, interrupted = excluded.interrupted
      WHERE messages.conversation_id = excluded.conversation_id
      RETURNING ${messageColumns}`
    return onlyMessage(rows)
  }

  async function recordSpoken(spoken: Spoken): Promise<Recorded> {
    const { id, newId, turnId, run, role, text, at } = spoken
    let found = await findFor(turnId, run.taskId)
    if (!found) {
      await insert(run, newId, at)
      found = await findFor(turnId, run.taskId)
    }
    if (!found) throw new Problem('internal', 'No conversation could be opened: there is no default agent')
    const conversationId = found.id
    const message =
      role === 'user'
        ? await saveUserMessage({ id, conversationId, turnId, text, at })
        : await saveHeard(spoken, conversationId)
    return { message, conversationId, ownerId: found.owner_id ?? undefined, deviceId: undefined }
  }

  return {
    open,
    recordSpoken,
    close: async (taskId: string): Promise<boolean> =>
      (await prisma.$executeRaw`UPDATE conversations SET open_for = NULL WHERE open_for = ${taskId}`) > 0,
  }
}
