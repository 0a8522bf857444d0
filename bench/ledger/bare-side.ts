import pg from 'pg'

export type Pair = (userId: string) => Promise<void>
export type BareSide = AsyncDisposable & { pair: Pair }

/**
 * The same work by hand: the statements that hold credits and settle them, with the same tables, checks and entries, in two
 * transactions. One connection a caller, up to what PostgreSQL's own group commit profits from.
 */
export async function connectBare(databaseUrl: string, connections: number): Promise<BareSide> {
  const pool = new pg.Pool({ connectionString: databaseUrl, options: '-c search_path=billing', max: connections })
  const held = 1_000
  const spent = 700

  async function inTransaction(work: (client: pg.PoolClient) => Promise<void>) {
    const client = await pool.connect()
    try {
      await client.query('BEGIN')
      await work(client)
      await client.query('COMMIT')
    } finally {
      client.release()
    }
  }

  const query = (client: pg.PoolClient, name: string, text: string, values: unknown[]) =>
    client.query({ name, text, values })
  return {
    pair: async (userId) => {
      const holdId = crypto.randomUUID()
      let account = ''
      await inTransaction(async (client) => {
        const { rows } = await query(
          client,
          'hold',
          'UPDATE accounts SET held = held + $2 WHERE user_id = $1 AND posted - held >= $2 RETURNING id',
          [userId, held],
        )
        account = (rows[0] as { id: string }).id
        await query(
          client,
          'reserve',
          `INSERT INTO holds (id, account_id, max, terms, purpose, expires_at)
           VALUES ($1, $2, $3, 'terms', 'reply', now() + interval '1 minute')`,
          [holdId, account, held],
        )
      })
      await inTransaction(async (client) => {
        await query(
          client,
          'settle',
          `UPDATE holds SET state = 'settled', charged = $2, borne = 0, settlement = 'terms', ended_at = now()
           WHERE id = $1 AND state = 'held'`,
          [holdId, spent],
        )
        await query(client, 'pay', 'UPDATE accounts SET held = held - $2, posted = posted - $3 WHERE id = $1', [
          account,
          held,
          spent,
        ])
        await query(
          client,
          'burn',
          `UPDATE grants SET remaining = remaining - $2 WHERE id = (
             SELECT id FROM grants WHERE account_id = $1 AND remaining >= $2
             ORDER BY priority, expires_at NULLS LAST, created_at LIMIT 1)`,
          [account, spent],
        )
        await query(
          client,
          'enter',
          `INSERT INTO entries (transfer_id, account_id, amount, kind, hold_id)
           VALUES ($1, $2, -$3::bigint, 'settlement', $1), ($1, '00000000-0000-0000-0000-000000000001', $3, 'settlement', $1)`,
          [holdId, account, spent],
        )
      })
    },
    [Symbol.asyncDispose]: () => pool.end(),
  }
}
