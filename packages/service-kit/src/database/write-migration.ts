import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { diffSchema } from './diff.ts'
import type { DatabaseSchema } from './diff.ts'
import { lockfile, migrationsDir, readMigrationNames } from './migration-files.ts'

/**
 * Writes the migration that is missing between the migrations of a service and its `schema.prisma`.
 *
 * @param options.name what the migration does: lower case letters, digits, `-` and `_`
 * @param options.now when it is written, for its timestamp
 * @returns the path of its `migration.sql`, or `undefined` when nothing is missing
 * @throws TypeError when the name cannot be used
 */
export async function writeMigration(
  options: DatabaseSchema & { name: string; now: Date },
): Promise<string | undefined> {
  const { name, now, ...database } = options
  if (!/^[a-z0-9_-]+$/.test(name)) throw new TypeError(`"${name}" cannot name a migration: use a-z, 0-9, - and _`)
  const names = await readMigrationNames(database.prismaDir)
  const sql = await diffSchema({ ...database, from: names.length === 0 ? 'empty' : 'migrations' })
  if (sql === '') return undefined
  const baseDir = migrationsDir(database.prismaDir)
  const folder = join(baseDir, `${toTimestamp(now)}_${name}`)
  await mkdir(folder, { recursive: true })
  await writeFile(join(baseDir, lockfile.path), lockfile.content)
  await writeFile(join(folder, 'migration.sql'), sql)
  return join(folder, 'migration.sql')
}

function toTimestamp(date: Date): string {
  return date.toISOString().replaceAll(/\D/g, '').slice(0, 14)
}
