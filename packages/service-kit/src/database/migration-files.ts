import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { MigrationDirectory, MigrationList } from '@prisma/schema-engine-wasm/schema_engine_bg'

/** The file beside the migrations that names their database. */
export const lockfile = { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' }

/** A `prisma` folder: `schema.prisma` and `migrations/<timestamp>_<name>/migration.sql`. */
export type PrismaDir = string | URL

/** The path of the migrations of a `prisma` folder. */
export function migrationsDir(prismaDir: PrismaDir): string {
  return join(toPath(prismaDir), 'migrations')
}

/** The text of `schema.prisma`. Throws when there is none. */
export function readDatamodel(prismaDir: PrismaDir): Promise<string> {
  return readFile(join(toPath(prismaDir), 'schema.prisma'), 'utf8')
}

/** The names of the migrations, oldest first; none when the folder is not there yet. */
export async function readMigrationNames(prismaDir: PrismaDir): Promise<string[]> {
  const entries = await readdir(migrationsDir(prismaDir), { withFileTypes: true }).catch(emptyWhenMissing)
  return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).toSorted()
}

/** The migrations with their SQL, as the schema engine wants them. Throws when a folder lacks its `migration.sql`. */
export async function readMigrations(prismaDir: PrismaDir): Promise<MigrationList> {
  const baseDir = migrationsDir(prismaDir)
  const names = await readMigrationNames(prismaDir)
  const migrationDirectories = await Promise.all(names.map((name) => readMigration(baseDir, name)))
  return { baseDir, lockfile, shadowDbInitScript: '', migrationDirectories }
}

async function readMigration(baseDir: string, name: string): Promise<MigrationDirectory> {
  const path = 'migration.sql'
  const value = await readFile(join(baseDir, name, path), 'utf8')
  return { path: name, migrationFile: { path, content: { tag: 'ok', value } } }
}

function toPath(prismaDir: PrismaDir): string {
  return prismaDir instanceof URL ? fileURLToPath(prismaDir) : prismaDir
}

function emptyWhenMissing(error: NodeJS.ErrnoException): [] {
  if (error.code === 'ENOENT') return []
  throw error
}
