import { chat, device, type Heard, type ReplyInput } from '@parley/contracts'
import { drift } from '@parley/service-kit'
import { v7 as newId } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tables } from '../src/tables.ts'
import { collect, newDevice, openChat, textOf, type ChatFixture } from './fixture.ts'

let chatLlm: ChatFixture
beforeAll(async () => {
  chatLlm = await openChat()
})
afterAll(() => chatLlm[Symbol.asyncDispose]())

const report = (heard: Heard) => chatLlm.bus.request(chat.recordHeard, heard)

test('a new device gets a conversation and an answer', async () => {
  const deviceId = newDevice()
  const parts = await collect(chatLlm.reply({ deviceId, text: 'what is your name', language: 'en' }))
  expect(parts[0]).toMatchObject({ type: 'started', voice: { language: 'en' }, provider: 'offline' })
  expect(textOf(parts)).toMatch(/I am Parley/)
  expect(parts.at(-1)).toEqual({ type: 'finished', reason: 'stop' })
  expect(await chatLlm.history(deviceId)).toMatchObject([
    { role: 'user', text: 'what is your name' },
    { role: 'assistant', text: textOf(parts), interrupted: false },
  ])
})

test('what was heard replaces what was generated, in the history and in the next prompt', async () => {
  const deviceId = newDevice()
  const turnId = newId()
  const answer = textOf(await collect(chatLlm.reply({ deviceId, turnId, text: 'tell me a story' })))
  const { promise: ended, resolve } = Promise.withResolvers<Heard>()
  await using _listening = chatLlm.bus.on(chat.turnEnded, (heard) => {
    if (heard.turnId === turnId) resolve(heard)
  })
  await chatLlm.bus.flush()

  const heard = { turnId, deviceId, text: 'Once upon a time', interrupted: true }
  expect(await report(heard)).toEqual({ recorded: true })
  expect(await ended).toEqual(heard)
  expect((await chatLlm.history(deviceId))[1]).toMatchObject({ text: 'Once upon a time', interrupted: true })
  expect(await chatLlm.query(`SELECT text FROM messages WHERE turn_id = '${turnId}' AND role = 'assistant'`)).toEqual([
    { text: answer },
  ])
  expect(textOf(await collect(chatLlm.reply({ deviceId, text: 'say that again' })))).toBe('Once upon a time')

  expect(await report({ ...heard, text: 'Once upon' })).toEqual({ recorded: true })
  expect((await chatLlm.history(deviceId))[1]).toMatchObject({ text: 'Once upon' })
})

test('a report that comes before the answer is stored stays', async () => {
  const deviceId = newDevice()
  const turnId = newId()
  for await (const part of chatLlm.reply({ deviceId, turnId, text: 'what can you do' })) {
    if (part.type !== 'started') continue
    expect(await report({ turnId, deviceId, text: 'I am', interrupted: true })).toEqual({ recorded: true })
  }
  expect(await chatLlm.history(deviceId)).toMatchObject([
    { turnId, role: 'user', text: 'what can you do' },
    { turnId, role: 'assistant', text: 'I am', interrupted: true },
  ])
  const [row] = await chatLlm.query(
    `SELECT text, provider FROM messages WHERE turn_id = '${turnId}' AND role = 'assistant'`,
  )
  expect(row).toMatchObject({ text: expect.stringMatching(/offline responder/), provider: 'offline' })
})

test('reports of strangers change nothing', async () => {
  const deviceId = newDevice()
  const turnId = newId()
  await collect(chatLlm.reply({ deviceId, turnId, text: 'tell me a story' }))
  expect(await report({ turnId, deviceId: newDevice(), text: 'no', interrupted: true })).toEqual({ recorded: false })
  const other = newDevice()
  await collect(chatLlm.reply({ deviceId: other }))
  expect(await report({ turnId, deviceId: other, text: 'no', interrupted: true })).toEqual({ recorded: false })
  expect((await chatLlm.history(deviceId))[1]).toMatchObject({ interrupted: false })
})

test('a turn that is asked again with better words is one turn', async () => {
  const deviceId = newDevice()
  const turnId = newId()
  for await (const part of chatLlm.reply({ deviceId, turnId, text: 'what is' })) if (part.type === 'text-delta') break
  const answer = textOf(await collect(chatLlm.reply({ deviceId, turnId, text: 'what is your name' })))
  expect(await chatLlm.history(deviceId)).toMatchObject([
    { role: 'user', text: 'what is your name' },
    { role: 'assistant', text: answer },
  ])
})

test('first words of one device racing on two instances open one conversation', async () => {
  await using _second = await chatLlm.openInstance()
  const deviceId = newDevice()
  const replies = await Promise.all(Array.from({ length: 12 }, () => collect(chatLlm.reply({ deviceId }))))
  const conversations = new Set(replies.map(([first]) => first?.type === 'started' && first.conversationId))
  expect(conversations.size).toBe(1)
  expect(await chatLlm.query(`SELECT count(*)::int FROM conversations WHERE device_id = '${deviceId}'`)).toEqual([
    { count: 1 },
  ])
  expect(await chatLlm.history(deviceId)).toHaveLength(24)
})

test('after a long gap a new conversation begins', async () => {
  const deviceId = newDevice()
  await collect(chatLlm.reply({ deviceId, text: 'tell me a story' }))
  await chatLlm.query(
    `UPDATE conversations SET last_message_at = now() - interval '7 hours' WHERE device_id = '${deviceId}'`,
  )
  expect(textOf(await collect(chatLlm.reply({ deviceId, text: 'say that again' })))).toMatch(/not said anything/)
  expect(await chatLlm.history(deviceId)).toHaveLength(2)
})

test('messages page back by id', async () => {
  const deviceId = newDevice()
  for (const text of ['say one', 'say two', 'say three']) await collect(chatLlm.reply({ deviceId, text }))
  const newest = await chatLlm.bus.request(chat.listMessages, { deviceId, limit: 4 })
  expect(newest.messages.map(({ text }) => text)).toEqual(['say two', 'two', 'say three', 'three'])
  const older = await chatLlm.bus.request(chat.listMessages, { deviceId, limit: 4, before: newest.before ?? '' })
  expect(older).toMatchObject({ messages: [{ text: 'say one' }, { text: 'one' }] })
  expect(older.before).toBeUndefined()
  expect(await chatLlm.bus.request(chat.listMessages, { deviceId: newDevice(), limit: 4 })).toEqual({ messages: [] })
})

describe('device tools', () => {
  const tools = [{ name: 'self.audio_speaker.set_volume', description: 'Sets the volume', inputSchema: {} }]

  test('are called on the device', async () => {
    const deviceId = newDevice()
    const calls: unknown[] = []
    const answer = (call: unknown) => {
      calls.push(call)
      return { text: 'true', failed: false }
    }
    await using _device = chatLlm.bus.handle(device.call, answer, { tokens: { deviceId } })
    await chatLlm.bus.flush()
    const parts = await collect(chatLlm.reply({ deviceId, text: 'set the volume to fifty', tools }))
    expect(calls).toEqual([{ name: 'self.audio_speaker.set_volume', arguments: { volume: 50 } }])
    expect(parts).toContainEqual({ type: 'tool-end', name: 'self.audio_speaker.set_volume', failed: false })
    expect(textOf(parts)).toBe('The volume is 50 percent.')
  })

  test('of a device that is gone fail, and the reply goes on', async () => {
    const parts = await collect(chatLlm.reply({ deviceId: newDevice(), text: 'set the volume to fifty', tools }))
    expect(parts).toContainEqual({ type: 'tool-end', name: 'self.audio_speaker.set_volume', failed: true })
    expect(textOf(parts)).toBe('The device did not do that.')
  })
})

test.each<[what: string, input: Partial<ReplyInput>, path: string]>([
  ['no text', { text: '' }, 'text'],
  ['a device that is no MAC', { deviceId: 'me' }, 'deviceId'],
  ['a turn that is no id', { turnId: '1' }, 'turnId'],
])('%s is a bad request that names the field', async (_, input, path) => {
  const reply = collect(chatLlm.reply({ deviceId: newDevice(), ...input }))
  await expect(reply).rejects.toMatchObject({ code: 'bad-request', issues: [{ path }] })
})

test('lost database connections are replaced, and nothing is lost', async () => {
  const deviceId = newDevice()
  await collect(chatLlm.reply({ deviceId, text: 'say one' }))
  await chatLlm.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'parley-chat_llm'`)
  await collect(chatLlm.reply({ deviceId, text: 'say two' }))
  expect((await chatLlm.history(deviceId)).map(({ text }) => text)).toEqual(['say one', 'one', 'say two', 'two'])
})

test('a character that PostgreSQL does not take loses nothing but itself', async () => {
  const deviceId = newDevice()
  await collect(chatLlm.reply({ deviceId, text: 'say o\0ne' }))
  expect((await chatLlm.history(deviceId))[0]).toMatchObject({ text: 'say one' })
})

test('logs a reply without its words', async () => {
  await collect(chatLlm.reply({ deviceId: newDevice(), text: 'say xylophone' }))
  const line = chatLlm.lines.findLast((text) => text.includes('"reply"')) ?? ''
  expect(JSON.parse(line)).toMatchObject({ outcome: 'finished', provider: 'offline', msg: 'reply' })
  expect(chatLlm.lines.join('')).not.toContain('xylophone')
})

test('the migrations give what schema.prisma says', async () => {
  expect(await drift({ databaseUrl: chatLlm.corner.databaseUrl, ...tables })).toBe('')
})
