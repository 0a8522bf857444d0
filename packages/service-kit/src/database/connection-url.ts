/**
 * The URL of a database for sessions that live in one schema.
 *
 * Raw queries find the schema's tables through `search_path`, and the time zone is UTC because the Prisma adapter reads
 * every `timestamptz` as if its offset were +00.
 *
 * @param databaseUrl `postgresql://…`; its other parameters are kept
 * @param schema the schema's name, lower case letters, digits and `_`
 * @param settings further PostgreSQL settings of the session, e.g. `{ lock_timeout: 60_000 }`
 * @throws TypeError when the URL or the name cannot be used; the URL, which holds a password, is not quoted
 */
export function schemaUrl(databaseUrl: string, schema: string, settings: Record<string, string | number> = {}): URL {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) throw new TypeError(`"${schema}" cannot name a PostgreSQL schema`)
  if (!URL.canParse(databaseUrl)) throw new TypeError('The database URL is not a URL')
  const url = new URL(databaseUrl)
  const session = Object.entries({ search_path: schema, timezone: 'UTC', ...settings })
  url.searchParams.set('options', session.map(([name, value]) => `-c ${name}=${value}`).join(' '))
  return url
}
