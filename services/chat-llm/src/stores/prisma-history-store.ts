import type { Conversation } from '@parley/contracts'
import { rethrowDatabaseError } from '@parley/service-kit'
import type { HistoryStore } from '../domain/ports.ts'
import { Prisma, type PrismaClient } from './generated/client.ts'
import { readMessage } from './message-row.ts'

type Row = {
  id: string
  agent_id: string
  agent_name: string
  device_id: string | null
  room_id: string | null
  title: string | null
  preview: string
  created_at: Date
  last_message_at: Date
}

const previewLength = 160

/** Conversations as their owners read them, in PostgreSQL. */
export function createPrismaHistoryStore(prisma: PrismaClient): HistoryStore {
  async function select(where: Prisma.Sql): Promise<Conversation[]> {
    const rows = await prisma.$queryRaw<Row[]>`
      SELECT c.id, c.agent_id, a.name AS agent_name, c.device_id, c.room_id, c.title, coalesce(newest.text, '') AS preview, c.created_at,
        c.last_message_at
      FROM conversations c
      JOIN agents a ON a.id = c.agent_id
      LEFT JOIN LATERAL (
        SELECT left(coalesce(heard_text, text), ${previewLength}) AS text FROM messages
        WHERE conversation_id = c.id ORDER BY id DESC LIMIT 1
      ) newest ON true
      WHERE ${where}`
    return rows.map(readConversation)
  }

  async function list({ ownerId, deviceId, search, after, limit }: Parameters<HistoryStore['list']>[0]) {
    const ofDevice = deviceId === undefined ? Prisma.empty : Prisma.sql`AND c.device_id = ${deviceId}`
    const behind = after
      ? Prisma.sql`AND (c.last_message_at, c.id) < (${after.lastMessageAt}, ${after.conversationId}::uuid)`
      : Prisma.empty
    const saying = search === undefined ? Prisma.empty : Prisma.sql`AND ${says(search)}`
    return select(Prisma.sql`c.owner_id = ${ownerId}::uuid ${ofDevice} ${saying} ${behind}
      ORDER BY c.last_message_at DESC, c.id DESC LIMIT ${limit}`)
  }

  async function listMessages({ conversationId, before, limit }: Parameters<HistoryStore['listMessages']>[0]) {
    const rows = await prisma.message.findMany({
      where: { conversationId, ...(before !== undefined && { id: { lt: before } }) },
      orderBy: { id: 'desc' },
      take: limit,
    })
    return rows
      .toReversed()
      .map(({ turnId, heardText, createdAt, ...row }) =>
        readMessage({ ...row, turn_id: turnId, heard_text: heardText, created_at: createdAt }),
      )
  }

  return {
    list: (page) => list(page).catch(rethrowDatabaseError),
    find: async (conversationId, ownerId) => {
      const owned = Prisma.sql`c.id = ${conversationId}::uuid AND c.owner_id = ${ownerId}::uuid`
      return (await select(owned).catch(rethrowDatabaseError))[0]
    },
    rename: async (id, ownerId, title) => {
      const where = { id, ownerId }
      return (
        (await prisma.conversation.updateMany({ where, data: { title, titled: true } }).catch(rethrowDatabaseError))
          .count > 0
      )
    },
    delete: async (id, ownerId) =>
      (await prisma.conversation.deleteMany({ where: { id, ownerId } }).catch(rethrowDatabaseError)).count > 0,
    listMessages: (page) => listMessages(page).catch(rethrowDatabaseError),
  }
}

/** One owner's conversations are few: looking through what was said in them needs no index of words. */
function says(search: string): Prisma.Sql {
  const like = `%${search.replaceAll(/[\\%_]/g, '\\$&')}%`
  return Prisma.sql`(c.title ILIKE ${like} OR EXISTS (
    SELECT FROM messages m WHERE m.conversation_id = c.id AND coalesce(m.heard_text, m.text) ILIKE ${like}
  ))`
}

function readConversation(row: Row): Conversation {
  return {
    conversationId: row.id,
    agentId: row.agent_id,
    agentName: row.agent_name,
    ...(row.device_id !== null && { deviceId: row.device_id }),
    ...(row.room_id !== null && { roomId: row.room_id }),
    ...(row.title !== null && { title: row.title }),
    preview: row.preview,
    createdAt: row.created_at.toISOString(),
    lastMessageAt: row.last_message_at.toISOString(),
  }
}
