import { MemoryMode } from '@parley/contracts'
import { rethrowDatabaseError } from '@parley/service-kit'
import type { HeardMessage, ReviewOutcome, ReviewStore, UnderReview } from '../domain/memory/ports.ts'
import type { PrismaClient } from './generated/client.ts'

type Row = {
  id: string
  owner_id: string | null
  titled: boolean
  summary: string | null
  summarized_to: string | null
  remembered_to: string | null
  memory: string
}

type SaidRow = { id: string; role: string; text: string; speaker: string | null; created_at: Date }

/** Conversations under review, in PostgreSQL: a claim that is not given back runs out. */
export function createPrismaReviewStore(prisma: PrismaClient): ReviewStore {
  async function claim(
    conversationId: string,
    { now, until, most }: Parameters<ReviewStore['claim']>[1],
  ): Promise<UnderReview | undefined> {
    const [row] = await prisma.$queryRaw<Row[]>`
      UPDATE conversations c SET claimed_until = ${until}
      FROM agents a
      WHERE c.id = ${conversationId}::uuid AND a.id = c.agent_id AND (c.claimed_until IS NULL OR c.claimed_until < ${now})
      RETURNING c.id, c.owner_id, c.titled OR c.title IS NOT NULL AS titled, c.summary, c.summarized_to, c.remembered_to, a.memory`
    if (!row) return undefined
    const memory = MemoryMode.catch('none').parse(row.memory)
    // What is in no summary is only of interest where one is made.
    const marks = [...(memory === 'none' ? [] : [row.summarized_to]), row.remembered_to]
    const from = marks.includes(null) ? null : (marks.toSorted()[0] ?? null)
    const rows = await prisma.$queryRaw<SaidRow[]>`
      SELECT id, role, coalesce(heard_text, CASE WHEN role = 'assistant' AND interrupted THEN '' ELSE text END) AS text,
        speaker, created_at
      FROM messages WHERE conversation_id = ${conversationId}::uuid AND (${from}::uuid IS NULL OR id > ${from}::uuid)
      ORDER BY id LIMIT ${most + 1}`
    return {
      conversationId,
      ownerId: row.owner_id ?? undefined,
      memory,
      titled: row.titled,
      summary: row.summary ?? undefined,
      summarizedTo: row.summarized_to ?? undefined,
      rememberedTo: row.remembered_to ?? undefined,
      messages: rows.slice(0, most).flatMap(readSaid),
      complete: rows.length <= most,
    }
  }

  async function finish(conversationId: string, outcome: ReviewOutcome): Promise<void> {
    const { title, summary, rememberedTo, reviewedAt } = outcome
    await prisma.$executeRaw`
      UPDATE conversations SET
        title = CASE WHEN titled OR title IS NOT NULL THEN title ELSE coalesce(${title ?? null}, title) END,
        titled = titled OR ${title ?? null}::text IS NOT NULL,
        summary = coalesce(${summary?.text ?? null}, summary),
        summarized_to = coalesce(${summary?.to ?? null}::uuid, summarized_to),
        remembered_to = coalesce(${rememberedTo ?? null}::uuid, remembered_to),
        reviewed_at = coalesce(${reviewedAt ?? null}::timestamptz, reviewed_at),
        claimed_until = NULL
      WHERE id = ${conversationId}::uuid`
  }

  async function listWaiting({ before, since, limit }: Parameters<ReviewStore['listWaiting']>[0]): Promise<string[]> {
    const rows = await prisma.$queryRaw<{ id: string }[]>`
      SELECT id FROM conversations
      WHERE last_message_at BETWEEN ${since} AND ${before} AND (reviewed_at IS NULL OR reviewed_at < last_message_at)
      ORDER BY last_message_at LIMIT ${limit}`
    return rows.map(({ id }) => id)
  }

  return {
    claim: (id, claimed) => claim(id, claimed).catch(rethrowDatabaseError),
    finish: (id, outcome) => finish(id, outcome).catch(rethrowDatabaseError),
    listWaiting: (page) => listWaiting(page).catch(rethrowDatabaseError),
  }
}

/** What nobody heard was not said. */
function readSaid({ id, role, text, speaker, created_at: at }: SaidRow): HeardMessage[] {
  if (text === '') return []
  return [{ id, role: role === 'assistant' ? 'assistant' : 'user', text, speaker: speaker ?? undefined, at }]
}
