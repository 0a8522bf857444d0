import { Message, Problem } from '@parley/contracts'
import { rethrowDatabaseError } from '@parley/service-kit'
import type { PrismaClient } from './generated/client.ts'
import type { ConversationStore } from '../domain/ports.ts'
import { readOpenConversation, type OpenConversationRow } from './open-conversation.ts'

type Wanted = Parameters<ConversationStore['open']>[0]

/** Conversations in PostgreSQL. What the voice path waits for is one query. */
export function createPrismaConversationStore(prisma: PrismaClient): ConversationStore {
  /** The open conversation, its agent and the end of its history, in one round trip. */
  async function findOpen({
    deviceId,
    turnId,
    since,
    historyLength,
  }: Wanted): Promise<OpenConversationRow | undefined> {
    const rows = await prisma.$queryRaw<OpenConversationRow[]>`
      SELECT c.id, a.name, a.prompt, a.language, a.voice, a.sampling, h.history
      FROM conversations c
      JOIN agents a ON a.id = c.agent_id
      CROSS JOIN LATERAL (
        SELECT coalesce(json_agg(json_build_object('role', m.role, 'text', m.text, 'heardText', m.heard_text,
          'interrupted', m.interrupted) ORDER BY m.id), '[]') AS history
        FROM (
          SELECT id, role, text, heard_text, interrupted FROM messages
          WHERE conversation_id = c.id AND turn_id <> ${turnId}::uuid
          ORDER BY id DESC LIMIT ${historyLength}
        ) m
      ) h
      WHERE c.open_for = ${deviceId} AND c.last_message_at > ${since}`
    return rows[0]
  }

  /** Each statement may be repeated and raced: `open_for` is unique, so that one conversation wins. */
  async function openNew({ deviceId, newId, now, since }: Wanted): Promise<void> {
    await prisma.$executeRaw`
      UPDATE conversations SET open_for = NULL WHERE open_for = ${deviceId} AND last_message_at <= ${since}`
    await prisma.$executeRaw`
      INSERT INTO conversations (id, device_id, open_for, agent_id, created_at, last_message_at)
      SELECT ${newId}::uuid, ${deviceId}, ${deviceId}, id, ${now}, ${now} FROM agents WHERE is_default ORDER BY id LIMIT 1
      ON CONFLICT (open_for) DO NOTHING`
  }

  async function open(wanted: Wanted) {
    const found = await findOpen(wanted)
    if (found) return readOpenConversation(found)
    await openNew(wanted)
    const opened = await findOpen(wanted)
    if (!opened) throw new Problem('internal', 'No conversation could be opened: there is no default agent')
    return readOpenConversation(opened)
  }

  async function saveUserMessage({
    id,
    conversationId,
    turnId,
    text,
    at,
  }: Parameters<ConversationStore['saveUserMessage']>[0]) {
    const stored = await prisma.$executeRaw`
      WITH touched AS (UPDATE conversations SET last_message_at = ${at} WHERE id = ${conversationId}::uuid)
      INSERT INTO messages (id, conversation_id, turn_id, role, text, created_at)
      VALUES (${id}::uuid, ${conversationId}::uuid, ${turnId}::uuid, 'user', ${toStorable(text)}, ${at})
      ON CONFLICT (turn_id, role) DO UPDATE SET text = excluded.text
      WHERE messages.conversation_id = excluded.conversation_id`
    if (stored === 0) throw new Problem('conflict', 'This turn belongs to another conversation')
  }

  async function saveAssistantMessage(message: Parameters<ConversationStore['saveAssistantMessage']>[0]) {
    const { id, conversationId, turnId, text, complete, provider, model, usage, at } = message
    const stored = await prisma.$executeRaw`
      INSERT INTO messages AS stored (id, conversation_id, turn_id, role, text, interrupted, provider, model, usage, created_at)
      VALUES (${id}::uuid, ${conversationId}::uuid, ${turnId}::uuid, 'assistant', ${toStorable(text)}, ${!complete},
        ${provider ?? null}, ${model ?? null}, ${usage ? JSON.stringify(usage) : null}::jsonb, ${at})
      ON CONFLICT (turn_id, role) DO UPDATE SET
        text = CASE WHEN ${complete} OR stored.text = '' THEN excluded.text ELSE stored.text END,
        interrupted = CASE WHEN ${complete} AND stored.heard_text IS NULL THEN false ELSE stored.interrupted END,
        provider = coalesce(excluded.provider, stored.provider),
        model = coalesce(excluded.model, stored.model),
        usage = coalesce(excluded.usage, stored.usage)
      WHERE stored.conversation_id = excluded.conversation_id`
    if (stored === 0) throw new Problem('conflict', 'This turn belongs to another conversation')
  }

  /** The turn's conversation is that of its question, or the open one while the question is still being stored. */
  async function recordHeard({
    id,
    turnId,
    deviceId,
    text,
    interrupted,
    at,
  }: Parameters<ConversationStore['recordHeard']>[0]) {
    const recorded = await prisma.$executeRaw`
      INSERT INTO messages (id, conversation_id, turn_id, role, text, heard_text, interrupted, created_at)
      SELECT ${id}::uuid, c.id, ${turnId}::uuid, 'assistant', '', ${toStorable(text)}, ${interrupted}, ${at}
      FROM conversations c
      LEFT JOIN messages question ON question.conversation_id = c.id AND question.turn_id = ${turnId}::uuid
        AND question.role = 'user'
      WHERE c.device_id = ${deviceId} AND (question.id IS NOT NULL OR c.open_for IS NOT NULL)
      ORDER BY question.id NULLS LAST LIMIT 1
      ON CONFLICT (turn_id, role) DO UPDATE SET heard_text = excluded.heard_text, interrupted = excluded.interrupted
      WHERE messages.conversation_id = excluded.conversation_id`
    return recorded > 0
  }

  async function listMessages({ deviceId, before, limit }: Parameters<ConversationStore['listMessages']>[0]) {
    const rows = await prisma.message.findMany({
      where: { conversation: { openFor: deviceId }, ...(before && { id: { lt: before } }) },
      orderBy: { id: 'desc' },
      take: limit,
      select: { id: true, turnId: true, role: true, text: true, heardText: true, interrupted: true, createdAt: true },
    })
    return rows
      .toReversed()
      .map(({ heardText, createdAt, ...row }) =>
        Message.parse({ ...row, text: heardText ?? row.text, createdAt: createdAt.toISOString() }),
      )
  }

  return {
    open: (wanted) => open(wanted).catch(rethrowDatabaseError),
    saveUserMessage: (message) => saveUserMessage(message).catch(rethrowDatabaseError),
    saveAssistantMessage: (message) => saveAssistantMessage(message).catch(rethrowDatabaseError),
    recordHeard: (heard) => recordHeard(heard).catch(rethrowDatabaseError),
    listMessages: (page) => listMessages(page).catch(rethrowDatabaseError),
  }
}

/** PostgreSQL's text holds every character but this one. */
function toStorable(text: string): string {
  return text.replaceAll('\0', '')
}
