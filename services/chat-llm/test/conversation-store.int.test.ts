import { createLogger, databaseVariables, openDatabase, openHealth, readConfig } from '@parley/service-kit'
import { cornerEnvironment, openCorner } from '@parley/testkit'
import { v7 as newId } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ConversationStore } from '../src/domain/ports.ts'
import { PrismaClient } from '../src/stores/generated/client.ts'
import { createPrismaConversationStore } from '../src/stores/prisma-conversation-store.ts'
import { tables } from '../src/tables.ts'
import { newDevice } from './fixture.ts'

const stack = new AsyncDisposableStack()
let store: ConversationStore

beforeAll(async () => {
  const corner = stack.use(await openCorner())
  const log = createLogger({ service: 'chat-llm', level: 'silent' })
  const health = stack.use(await openHealth({ port: 0 }))
  const config = readConfig(databaseVariables(), cornerEnvironment(corner))
  const pool = stack.use(await openDatabase(config, tables, { log, health }))
  const prisma = stack.adopt(new PrismaClient({ adapter: pool.adapter }), (client) => client.$disconnect())
  store = createPrismaConversationStore(prisma)
})
afterAll(() => stack.disposeAsync())

test.each([
  ['as they were said', [0, 1]],
  ['the other way round', [1, 0]],
])('of two askings of one turn the later words stay, stored %s', async (_order, order) => {
  const now = new Date()
  const asker = { kind: 'device', deviceId: newDevice(), ownerId: undefined, agentId: undefined } as const
  const wanted = { asker, turnId: newId(), newId: newId(), now, since: new Date(0), historyLength: 0 }
  const { id: conversationId } = await store.open(wanted)
  const { turnId } = wanted
  const askings = ['what is', 'what is your name'].map((text, index) => {
    return { id: newId(), conversationId, turnId, text, at: new Date(now.getTime() + index) }
  })
  for (const index of order) await store.saveUserMessage(askings[index]!)
  const messages = await store.listMessages({ deviceId: asker.deviceId, before: undefined, limit: 10 })
  expect(messages).toMatchObject([{ id: askings[0]!.id, text: 'what is your name' }])
})
