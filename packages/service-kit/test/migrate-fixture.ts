import { migrate } from '../src/database/migrate.ts'

/** One instance of a service that starts: migrates the fixture at a URL into a schema and prints the names applied. */
const [databaseUrl = '', schema = ''] = process.argv.slice(2)
const prismaDir = new URL('fixture/', import.meta.url)
console.log(JSON.stringify(await migrate({ databaseUrl, schema, prismaDir, log: { info: () => {} } })))
