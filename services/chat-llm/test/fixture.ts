import type { Bus } from '@parley/bus'
import { chat, type Message, type ReplyInput, type ReplyPart } from '@parley/contracts'
import { createLogger } from '@parley/service-kit'
import { cornerEnvironment, openCorner, type Corner } from '@parley/testkit'
import { openCornerBus } from '@parley/test-caller'
import pg from 'pg'
import { v7 as newId } from 'uuid'
import { createApp } from '../src/app.ts'
import { readConfig } from '../src/config.ts'

export type ChatFixture = AsyncDisposable & {
  bus: Bus
  corner: Corner
  /** What the service has logged so far. */
  lines: string[]
  /** Opens one more instance of the service. */
  openInstance: (
    environment?: Record<string, string>,
  ) => Promise<AsyncDisposable & { internalPort: number; mcpEndpointPort: number }>
  /** Closes the instance that was opened with the fixture. */
  closeFirst: () => Promise<void>
  reply: (input: Partial<ReplyInput> & { deviceId: string }, signal?: AbortSignal) => AsyncGenerator<ReplyPart, void>
  history: (deviceId: string) => Promise<Message[]>
  query: (sql: string) => Promise<Record<string, unknown>[]>
}

/** chat-llm on infrastructure of its own, and a caller's bus. */
export async function openChat(environment: Record<string, string> = {}): Promise<ChatFixture> {
  await using stack = new AsyncDisposableStack()
  const corner = stack.use(await openCorner())
  const lines: string[] = []
  const log = createLogger({ service: 'chat-llm', level: 'debug', destination: { write: (line) => lines.push(line) } })
  const openInstance = (more: Record<string, string> = {}) =>
    createApp(readConfig({ ...cornerEnvironment(corner), TIME_ZONE: 'UTC', ...environment, ...more }), { log })
  const first = new AsyncDisposableStack()
  first.use(await openInstance())
  stack.use(first)
  const bus = stack.use(await openCornerBus(corner))
  const client = new pg.Client({ connectionString: corner.databaseUrl, options: '-c search_path=chat_llm' })
  await client.connect()
  stack.defer(() => client.end())
  const owned = stack.move()
  return {
    bus,
    corner,
    lines,
    openInstance,
    closeFirst: () => first.disposeAsync(),
    reply: (input, signal) =>
      bus.stream(chat.reply, { turnId: newId(), text: 'hello', ...input }, signal ? { signal } : {}),
    history: async (deviceId) => (await bus.request(chat.listMessages, { deviceId, limit: 200 })).messages,
    query: async (sql) => (await client.query(sql)).rows as Record<string, unknown>[],
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

export async function collect<Part = ReplyPart>(parts: AsyncIterable<Part>): Promise<Part[]> {
  const all: Part[] = []
  for await (const part of parts) all.push(part)
  return all
}

export function textOf(parts: { type: string; text?: string }[]): string {
  return parts.map((part) => (part.type === 'text-delta' ? part.text : '')).join('')
}

let devices = 0
/** A device that no other test knows. */
export function newDevice(): string {
  return `02:00:00:00:00:${(++devices).toString(16).padStart(2, '0')}`
}
