import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Database } from '../src/database/connect.ts'

/** What the tests use of the client that Prisma generates from `fixture/schema.prisma`. */
export interface FixtureClient {
  member: {
    create(args: { data: object; include?: object }): Promise<Member>
    findMany(args?: object): Promise<Member[]>
    update(args: { where: object; data: object }): Promise<Member>
    delete(args: { where: object }): Promise<Member>
    count(): Promise<number>
  }
  note: { count(): Promise<number> }
  $queryRaw<T>(sql: TemplateStringsArray, ...values: unknown[]): Promise<T[]>
  $transaction<T>(work: (client: FixtureClient) => Promise<T>): Promise<T>
  $disconnect(): Promise<void>
}

interface Member {
  id: string
  name: string
  role: string
  credits: bigint
  traits: unknown
  joinedAt: Date
  notes?: { text: string }[]
}

/** Generates the fixture's client as services generate theirs, and gives what makes one for a database. */
export async function generateFixtureClient(): Promise<(adapter: Database['adapter']) => FixtureClient> {
  const root = fileURLToPath(new URL('../../../', import.meta.url))
  const schema = fileURLToPath(new URL('fixture/schema.prisma', import.meta.url))
  await promisify(execFile)('node_modules/.bin/prisma', ['generate', '--schema', schema], {
    cwd: root,
    env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true', CHECKPOINT_DISABLE: '1' },
    timeout: 60_000,
  })
  const generated = new URL('generated/client.ts', import.meta.url).href
  const { PrismaClient } = (await import(/* @vite-ignore */ generated)) as {
    PrismaClient: new (options: { adapter: Database['adapter'] }) => FixtureClient
  }
  return (adapter) => new PrismaClient({ adapter })
}
