import { Problem, type Message } from '@parley/contracts'
import { rethrowDatabaseError } from '@parley/service-kit'
import { unsummarized } from '../domain/memory/review.ts'
import type { AssistantMessage, Asker, ConversationStore, Recorded, UserMessage } from '../domain/ports.ts'
import { Prisma, type PrismaClient } from './generated/client.ts'
import { readMessage, type MessageRow } from './message-row.ts'
import { readOpenConversation, type OpenConversationRow } from './open-conversation.ts'
import { createPrismaRoomStore } from './prisma-room-store.ts'
import { agentColumns, chosenAgent, messageColumns, onlyMessage, toStorable } from './sql.ts'

type Wanted = Parameters<ConversationStore['open']>[0]
type Device = Extract<Asker, { kind: 'device' }>
type Person = Extract<Asker, { kind: 'person' }>

/** Conversations in PostgreSQL. What the voice path waits for is one query. */
export function createPrismaConversationStore(prisma: PrismaClient): ConversationStore {
  /** A conversation, its agent and the end of its history, in one round trip. */
  async function find(
    { turnId, historyLength }: Pick<Wanted, 'turnId' | 'historyLength'>,
    where: Prisma.Sql,
  ): Promise<OpenConversationRow | undefined> {
    const rows = await prisma.$queryRaw<OpenConversationRow[]>`
      SELECT c.id, c.owner_id, c.device_id, c.agent_id, c.summary, ${agentColumns}, h.history
      FROM conversations c
      JOIN agents a ON a.id = c.agent_id
      CROSS JOIN LATERAL (
        SELECT coalesce(json_agg(json_build_object('role', m.role, 'text', m.text, 'heardText', m.heard_text,
          'interrupted', m.interrupted) ORDER BY m.id), '[]') AS history
        FROM (
          SELECT id, role, text, heard_text, interrupted, row_number() OVER (ORDER BY id DESC) AS place FROM messages
          WHERE conversation_id = c.id AND turn_id <> ${turnId}::uuid
          ORDER BY id DESC LIMIT ${historyLength + unsummarized}
        ) m
        -- What is in no summary yet is in the prompt.
        WHERE m.place <= ${historyLength} OR m.id > c.summarized_to
      ) h
      WHERE ${where}`
    return rows[0]
  }

  /** Each statement may be repeated and raced: `open_for` is unique, so that one conversation wins. */
  async function openForDevice({ deviceId, ownerId, agentId }: Device, wanted: Wanted) {
    const { newId, now, since } = wanted
    const owner = ownerId ?? null
    const agent = chosenAgent(agentId)
    const goesOn = Prisma.sql`c.last_message_at > ${since}
      AND (c.owner_id IS NULL OR c.owner_id IS NOT DISTINCT FROM ${owner}::uuid) AND c.agent_id = ${agent}`
    const open = Prisma.sql`c.open_for = ${deviceId} AND ${goesOn}`
    const found = await find(wanted, open)
    if (found) return found
    await prisma.$executeRaw`UPDATE conversations c SET open_for = NULL WHERE open_for = ${deviceId} AND NOT (${goesOn})`
    await prisma.$executeRaw`
      INSERT INTO conversations (id, device_id, open_for, owner_id, agent_id, created_at, last_message_at)
      SELECT ${newId}::uuid, ${deviceId}, ${deviceId}, ${owner}::uuid, ${agent}, ${now}, ${now}
      WHERE EXISTS (SELECT FROM agents WHERE is_default)
      ON CONFLICT (open_for) DO NOTHING`
    // Whatever it said before it had this owner is theirs, however that came to be missed.
    if (ownerId) await adopt(deviceId, ownerId)
    return find(wanted, open)
  }

  async function openForPerson({ userId, conversationId, agentId }: Person, wanted: Wanted) {
    const { newId, now } = wanted
    if (conversationId !== undefined) {
      const found = await find(wanted, Prisma.sql`c.id = ${conversationId}::uuid AND c.owner_id = ${userId}::uuid`)
      if (!found) throw new Problem('not-found', 'There is no such conversation')
      return found
    }
    const agent = agentId
      ? Prisma.sql`id = ${agentId}::uuid AND (owner_id IS NULL OR owner_id = ${userId}::uuid)`
      : Prisma.sql`is_default ORDER BY id LIMIT 1`
    const opened = await prisma.$executeRaw`
      INSERT INTO conversations (id, owner_id, agent_id, created_at, last_message_at)
      SELECT ${newId}::uuid, ${userId}::uuid, id, ${now}, ${now} FROM agents WHERE ${agent}
      ON CONFLICT (id) DO NOTHING`
    if (opened === 0 && agentId) throw new Problem('not-found', 'There is no such agent')
    return find(wanted, Prisma.sql`c.id = ${newId}::uuid`)
  }

  function openFor(asker: Asker, wanted: Wanted): Promise<OpenConversationRow | undefined> {
    if (asker.kind === 'device') return openForDevice(asker, wanted)
    return asker.kind === 'room' ? rooms.open(asker, wanted) : openForPerson(asker, wanted)
  }

  async function open(wanted: Wanted) {
    const { asker } = wanted
    const row = await openFor(asker, wanted)
    if (!row) throw new Problem('internal', 'No conversation could be opened: there is no default agent')
    if (asker.kind === 'device' && asker.ownerId && row.owner_id === null) {
      await adopt(asker.deviceId, asker.ownerId)
      return readOpenConversation({ ...row, owner_id: asker.ownerId })
    }
    return readOpenConversation(row)
  }

  async function adopt(deviceId: string, ownerId: string): Promise<number> {
    return prisma.$executeRaw`
      UPDATE conversations SET owner_id = ${ownerId}::uuid WHERE device_id = ${deviceId} AND owner_id IS NULL`
  }

  /** A question asked twice keeps its first id, whichever arrives first: ids are the order, and its answer has a later one. */
  async function saveUserMessage({ id, conversationId, turnId, text, speaker, at }: UserMessage): Promise<Message> {
    const rows = await prisma.$queryRaw<MessageRow[]>`
      WITH touched AS (UPDATE conversations SET last_message_at = greatest(last_message_at, ${at}) WHERE id = ${conversationId}::uuid)
      INSERT INTO messages (id, conversation_id, turn_id, role, text, speaker, created_at)
      VALUES (${id}::uuid, ${conversationId}::uuid, ${turnId}::uuid, 'user', ${toStorable(text)}, ${speaker ?? null}, ${at})
      ON CONFLICT (turn_id, role) DO UPDATE SET
        id = least(excluded.id, messages.id),
        text = CASE WHEN excluded.created_at >= messages.created_at THEN excluded.text ELSE messages.text END,
        created_at = greatest(excluded.created_at, messages.created_at)
      WHERE messages.conversation_id = excluded.conversation_id
      RETURNING ${messageColumns}`
    return onlyMessage(rows)
  }

  async function saveAssistantMessage(message: AssistantMessage): Promise<Message> {
    const { id, conversationId, turnId, text, complete, heardText, provider, model, usage, at } = message
    const heard = heardText === undefined ? null : toStorable(heardText)
    // Of two askings of a turn the later one counts, whichever answer is stored first.
    const newer = Prisma.sql`(stored.text = '' OR (${complete} AND excluded.created_at >= stored.created_at))`
    const rows = await prisma.$queryRaw<MessageRow[]>`
      INSERT INTO messages AS stored (id, conversation_id, turn_id, role, text, heard_text, interrupted, provider, model,
        usage, created_at)
      VALUES (${id}::uuid, ${conversationId}::uuid, ${turnId}::uuid, 'assistant', ${toStorable(text)}, ${heard},
        ${!complete}, ${provider ?? null}, ${model ?? null}, ${usage ? JSON.stringify(usage) : null}::jsonb, ${at})
      ON CONFLICT (turn_id, role) DO UPDATE SET
        text = CASE WHEN ${newer} THEN excluded.text ELSE stored.text END,
        created_at = CASE WHEN ${newer} THEN excluded.created_at ELSE stored.created_at END,
        interrupted = CASE WHEN ${complete} AND stored.heard_text IS NULL THEN false ELSE stored.interrupted END,
        provider = coalesce(excluded.provider, stored.provider),
        model = coalesce(excluded.model, stored.model),
        usage = coalesce(excluded.usage, stored.usage)
      WHERE stored.conversation_id = excluded.conversation_id
      RETURNING ${messageColumns}`
    return onlyMessage(rows)
  }

  /** The turn's conversation is that of its question, or the open one while the question is still being stored. */
  async function recordHeard({
    id,
    turnId,
    deviceId,
    text,
    interrupted,
    at,
  }: Parameters<ConversationStore['recordHeard']>[0]): Promise<Recorded | undefined> {
    const rows = await prisma.$queryRaw<(MessageRow & { conversation_id: string; owner_id: string | null })[]>`
      WITH recorded AS (
        INSERT INTO messages (id, conversation_id, turn_id, role, text, heard_text, interrupted, created_at)
        SELECT ${id}::uuid, c.id, ${turnId}::uuid, 'assistant', '', ${toStorable(text)}, ${interrupted}, ${at}
        FROM conversations c
        LEFT JOIN messages question ON question.conversation_id = c.id AND question.turn_id = ${turnId}::uuid
          AND question.role = 'user'
        WHERE c.device_id = ${deviceId} AND (question.id IS NOT NULL OR c.open_for IS NOT NULL)
        ORDER BY question.id NULLS LAST LIMIT 1
        ON CONFLICT (turn_id, role) DO UPDATE SET heard_text = excluded.heard_text, interrupted = excluded.interrupted
        WHERE messages.conversation_id = excluded.conversation_id
        RETURNING conversation_id, ${messageColumns}
      )
      SELECT recorded.*, c.owner_id FROM recorded JOIN conversations c ON c.id = recorded.conversation_id`
    const [row] = rows
    if (!row) return undefined
    const { conversation_id: conversationId, owner_id: ownerId } = row
    return { message: readMessage(row), conversationId, ownerId: ownerId ?? undefined, deviceId }
  }

  async function listMessages({ deviceId, before, limit }: Parameters<ConversationStore['listMessages']>[0]) {
    const rows = await prisma.$queryRaw<MessageRow[]>`
      SELECT ${messageColumns} FROM messages
      WHERE conversation_id = (SELECT id FROM conversations WHERE open_for = ${deviceId})
        AND (${before ?? null}::uuid IS NULL OR id < ${before ?? null}::uuid)
      ORDER BY id DESC LIMIT ${limit}`
    return rows.toReversed().map(readMessage)
  }

  const rooms = createPrismaRoomStore(prisma, { find, saveUserMessage })

  return {
    open: (wanted) => open(wanted).catch(rethrowDatabaseError),
    saveUserMessage: (message) => saveUserMessage(message).catch(rethrowDatabaseError),
    saveAssistantMessage: (message) => saveAssistantMessage(message).catch(rethrowDatabaseError),
    recordHeard: (heard) => recordHeard(heard).catch(rethrowDatabaseError),
    recordSpoken: (spoken) => rooms.recordSpoken(spoken).catch(rethrowDatabaseError),
    closeRoom: (taskId) => rooms.close(taskId).catch(rethrowDatabaseError),
    listMessages: (page) => listMessages(page).catch(rethrowDatabaseError),
    adopt: (deviceId, ownerId) => adopt(deviceId, ownerId).catch(rethrowDatabaseError),
  }
}
