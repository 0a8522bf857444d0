import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { writeMigration } from '../src/database/write-migration.ts'

const usage = 'usage, in the root folder: new-migration <service> <name> --database-url postgresql://…'

const { positionals, values } = parseArgs({ allowPositionals: true, options: { 'database-url': { type: 'string' } } })
const [service, name] = positionals
const databaseUrl = values['database-url']

if (!service || !name || !databaseUrl) {
  console.error(usage)
  process.exitCode = 2
} else {
  const prismaDir = join('services', service, 'prisma')
  const schema = service.replaceAll('-', '_')
  const path = await writeMigration({ databaseUrl, schema, prismaDir, name, now: new Date() })
  console.log(path ? `wrote ${relative('.', path)}` : 'nothing to do: the migrations give what schema.prisma says')
}
