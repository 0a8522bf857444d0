import type { Fact } from '@parley/contracts'
import { rethrowDatabaseError } from '@parley/service-kit'
import type { FactStore, NewFact } from '../domain/memory/ports.ts'
import { Prisma, type PrismaClient } from './generated/client.ts'
import { toStorable } from './sql.ts'

type Row = {
  id: string
  text: string
  speaker: string | null
  source_message_id: string | null
  conversation_id: string | null
  created_at: Date
  updated_at: Date
}

/** So many are kept of one person, those that others took the place of among them; the oldest go first. */
const mostFacts = 500

/** Facts in PostgreSQL: found by words (full text), and by meaning without any extension. */
export function createPrismaFactStore(prisma: PrismaClient): FactStore {
  async function select(ownerId: string, rest: Prisma.Sql): Promise<Fact[]> {
    const rows = await prisma.$queryRaw<Row[]>`
      SELECT f.id, f.text, f.speaker, f.source_message_id, m.conversation_id, f.created_at, f.updated_at
      FROM facts f LEFT JOIN messages m ON m.id = f.source_message_id
      WHERE f.owner_id = ${ownerId}::uuid AND f.superseded_by IS NULL ${rest}`
    return rows.map(readFact)
  }

  async function byWords(ownerId: string, words: string[], limit: number): Promise<Fact[]> {
    if (words.length === 0) return []
    const query = toQuery(words)
    return select(
      ownerId,
      Prisma.sql`AND f.words @@ ${query}::tsquery
        ORDER BY ts_rank(f.words, ${query}::tsquery) DESC, f.updated_at DESC LIMIT ${limit}`,
    )
  }

  /** The cosine of two vectors; the vectors of one person are few enough to be gone through. */
  function byMeaning(ownerId: string, meaning: number[], limit: number): Promise<Fact[]> {
    const cosine = Prisma.sql`(SELECT sum(a * b) / nullif(sqrt(sum(a * a)) * sqrt(sum(b * b)), 0)
      FROM unnest(f.meaning, ${meaning}::real[]) AS pair (a, b))`
    return select(
      ownerId,
      Prisma.sql`AND cardinality(f.meaning) = ${meaning.length} ORDER BY ${cosine} DESC NULLS LAST LIMIT ${limit}`,
    )
  }

  async function add(facts: NewFact[]): Promise<void> {
    const ownerId = facts[0]?.ownerId
    if (ownerId === undefined) return
    await prisma.$transaction([
      ...facts.flatMap(insertions),
      prisma.$executeRaw`
        DELETE FROM facts WHERE id IN (
          SELECT id FROM facts WHERE owner_id = ${ownerId}::uuid
          ORDER BY superseded_by IS NULL DESC, updated_at DESC OFFSET ${mostFacts}
        )`,
    ])
  }

  /** A source that was deleted meanwhile is none. */
  function insertions({ factId, ownerId, text, speaker, words, meaning, sourceMessageId, replaces, at }: NewFact) {
    return [
      prisma.$executeRaw`
        INSERT INTO facts (id, owner_id, text, speaker, words, meaning, source_message_id, created_at, updated_at)
        VALUES (${factId}::uuid, ${ownerId}::uuid, ${toStorable(text)}, ${speaker ?? null}, array_to_tsvector(${words}::text[]),
          ${meaning}::real[], (SELECT id FROM messages WHERE id = ${sourceMessageId ?? null}::uuid), ${at}, ${at})`,
      ...(replaces
        ? [
            prisma.$executeRaw`
              UPDATE facts SET superseded_by = ${factId}::uuid, updated_at = ${at}
              WHERE id = ${replaces}::uuid AND owner_id = ${ownerId}::uuid AND superseded_by IS NULL`,
          ]
        : []),
    ]
  }

  async function change(
    factId: string,
    ownerId: string,
    { text, words, meaning, at }: Parameters<FactStore['change']>[2],
  ): Promise<Fact | undefined> {
    await prisma.$executeRaw`
      UPDATE facts SET text = ${toStorable(text)}, words = array_to_tsvector(${words}::text[]), meaning = ${meaning}::real[],
        updated_at = ${at}
      WHERE id = ${factId}::uuid AND owner_id = ${ownerId}::uuid AND superseded_by IS NULL`
    return (await select(ownerId, Prisma.sql`AND f.id = ${factId}::uuid`))[0]
  }

  return {
    newest: (ownerId, limit) =>
      select(ownerId, Prisma.sql`ORDER BY f.updated_at DESC, f.id DESC LIMIT ${limit}`).catch(rethrowDatabaseError),
    byWords: (ownerId, words, limit) => byWords(ownerId, words, limit).catch(rethrowDatabaseError),
    byMeaning: (ownerId, meaning, limit) => byMeaning(ownerId, meaning, limit).catch(rethrowDatabaseError),
    add: (facts) => add(facts).catch(rethrowDatabaseError),
    list: ({ ownerId, before, limit }) =>
      select(
        ownerId,
        Prisma.sql`AND (${before ?? null}::uuid IS NULL OR f.id < ${before ?? null}::uuid) ORDER BY f.id DESC LIMIT ${limit}`,
      ).catch(rethrowDatabaseError),
    change: (factId, ownerId, changed) => change(factId, ownerId, changed).catch(rethrowDatabaseError),
    delete: async (factIds, ownerId) =>
      (await prisma.fact.deleteMany({ where: { id: { in: factIds }, ownerId } }).catch(rethrowDatabaseError)).count,
    deleteAll: async (ownerId) =>
      (await prisma.fact.deleteMany({ where: { ownerId } }).catch(rethrowDatabaseError)).count,
  }
}

/** Any of the words. They are letters and digits, so that nothing of them is an operator. */
function toQuery(words: string[]): string {
  return words.map((word) => `'${word.replaceAll(/['\\]/g, '')}'`).join(' | ')
}

function readFact(row: Row): Fact {
  return {
    factId: row.id,
    text: row.text,
    ...(row.speaker !== null && { speaker: row.speaker }),
    ...(row.source_message_id !== null && { sourceMessageId: row.source_message_id }),
    ...(row.conversation_id !== null && { conversationId: row.conversation_id }),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }
}
