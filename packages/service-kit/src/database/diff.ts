import type { DiffTarget, SchemasContainer } from '@prisma/schema-engine-wasm/schema_engine_bg'
import { createEngineAdapters } from './engine-adapters.ts'
import { readDatamodel, readMigrations } from './migration-files.ts'
import type { PrismaDir } from './migration-files.ts'
import { createSchemaEngine } from './schema-engine.ts'

const lockTimeoutMs = 10_000

/** A service's schema in a database, and the folder with its `schema.prisma` and `migrations/`. */
export interface DatabaseSchema {
  databaseUrl: string
  schema: string
  prismaDir: PrismaDir
}

/**
 * The SQL that brings a database from nothing, or from what the migrations make, to `schema.prisma`.
 *
 * `migrations` replays them in a shadow database, which is created and dropped beside the given one: its user needs
 * `CREATEDB`.
 *
 * @returns the SQL of the next migration; empty when nothing is missing
 */
export async function diffSchema(options: DatabaseSchema & { from: 'empty' | 'migrations' }): Promise<string> {
  if (options.from === 'empty') return diff(options, () => ({ tag: 'empty' }))
  const migrations = await readMigrations(options.prismaDir)
  return diff(options, () => ({ tag: 'migrations', ...migrations }))
}

/**
 * What a migrated database lacks to be what `schema.prisma` says.
 *
 * @returns the SQL still missing; empty when there is no drift
 */
export function drift(database: DatabaseSchema): Promise<string> {
  return diff(database, (datamodel) => ({ tag: 'schemaDatasource', ...datamodel, configDir: '.' }))
}

async function diff(
  { databaseUrl, schema, prismaDir }: DatabaseSchema,
  toOrigin: (datamodel: SchemasContainer) => DiffTarget,
): Promise<string> {
  const content = await readDatamodel(prismaDir)
  const datamodel = { files: [{ path: 'schema.prisma', content }] }
  await using adapters = createEngineAdapters({ databaseUrl, schema, lockTimeoutMs })
  using engine = await createSchemaEngine(content, adapters)
  const { stdout } = await engine.diff({
    from: toOrigin(datamodel),
    to: { tag: 'schemaDatamodel', ...datamodel },
    script: true,
    exitCode: null,
    filters: { externalTables: [], externalEnums: [] },
  })
  return toStatements(stdout ?? '')
}

/** Leaves out the placeholder of an empty migration and the creation of the schema, which `migrate` sees to. */
function toStatements(script: string): string {
  return script
    .replace(/^-- This is an empty migration\.\s*/, '')
    .replace(/^-- CreateSchema\nCREATE SCHEMA IF NOT EXISTS "[^"]+";\s*/, '')
}
