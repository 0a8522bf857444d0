import { chat } from '@parley/contracts'
import { v7 as newId } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { collect, newDevice, openChat, textOf, type ChatFixture } from './fixture.ts'
import { startDeltaServer, words, type DeltaServer } from './delta-server.ts'

let fake: DeltaServer
let chatLlm: ChatFixture
beforeAll(async () => {
  fake = await startDeltaServer()
  chatLlm = await openChat({
    LLM_PROVIDERS: 'openai,offline',
    LLM_BASE_URL: fake.baseUrl,
    LLM_MODEL: 'fake-1',
    LLM_FIRST_TOKEN_TIMEOUT_MS: '200',
    LLM_RETRIES: '0',
  })
})
afterAll(async () => {
  await chatLlm[Symbol.asyncDispose]()
  await fake[Symbol.asyncDispose]()
})

test('the model is asked with the agent, the history as heard and the question', async () => {
  const deviceId = newDevice()
  const turnId = newId()
  fake.answerWith(() => ({ deltas: words('Once', ' upon', ' a time.') }))
  await collect(chatLlm.reply({ deviceId, turnId, text: 'A story!' }))
  await chatLlm.bus.request(chat.recordHeard, { turnId, deviceId, text: 'Once', interrupted: true })
  const parts = await collect(chatLlm.reply({ deviceId, text: 'Go on.' }))
  expect(parts.at(-1)).toEqual({ type: 'finished', reason: 'stop', usage: { inputTokens: 11, outputTokens: 7 } })
  const [system, ...rest] = fake.requests.at(-1)?.body.messages ?? []
  expect(system).toMatchObject({
    role: 'system',
    content: expect.stringMatching(/^You are Parley.*It is .* \(UTC\)\.$/s),
  })
  expect(rest).toEqual([
    { role: 'user', content: 'A story!' },
    { role: 'assistant', content: 'Once' },
    { role: 'user', content: 'Go on.' },
  ])
})

test('an abort closes the upstream within 100 ms and stores what was made so far', async () => {
  const deviceId = newDevice()
  const turnId = newId()
  fake.answerWith(() => ({ deltas: words('Once', ' upon'), then: 'stall' }))
  const controller = new AbortController()
  let abortedAt = Number.NaN
  const running = (async () => {
    for await (const part of chatLlm.reply({ deviceId, turnId, text: 'A story!' }, controller.signal)) {
      if (part.type !== 'text-delta' || part.text !== ' upon') continue
      abortedAt = performance.now()
      controller.abort(new Error('barge-in'))
    }
  })()
  await expect(running).rejects.toThrow('barge-in')
  await fake.requests.at(-1)?.aborted
  expect(performance.now() - abortedAt).toBeLessThan(100)

  await chatLlm.bus.request(chat.recordHeard, { turnId, deviceId, text: 'Once', interrupted: true })
  await expect
    .poll(() =>
      chatLlm.query(`SELECT text, heard_text, interrupted FROM messages WHERE turn_id = '${turnId}' ORDER BY role`),
    )
    .toEqual([
      { text: 'Once upon', heard_text: 'Once', interrupted: true },
      { text: 'A story!', heard_text: null, interrupted: false },
    ])
})

test('an instance that drains finishes its reply and stores it', async () => {
  const deviceId = newDevice()
  const turnId = newId()
  const released = Promise.withResolvers<void>()
  fake.answerWith(() => ({ deltas: words('One', ' two', ' three.'), after: released.promise }))
  await using other = await openChat({ LLM_BASE_URL: fake.baseUrl, LLM_MODEL: 'fake-1' })
  const parts = other.reply({ deviceId, turnId, text: 'Count.' })
  const first = await parts.next()
  expect(first.value).toMatchObject({ type: 'started' })
  const closing = other.closeFirst()
  released.resolve()
  expect(textOf(await collect(parts))).toBe('One two three.')
  await closing
  expect(await other.query(`SELECT text FROM messages WHERE turn_id = '${turnId}' ORDER BY role`)).toEqual([
    { text: 'One two three.' },
    { text: 'Count.' },
  ])
})

test('a model that is silent is replaced by the next one before anything was said', async () => {
  fake.answerWith(() => ({ then: 'stall' }))
  const deviceId = newDevice()
  expect(textOf(await collect(chatLlm.reply({ deviceId, text: 'what is your name' })))).toMatch(/offline responder/)
  expect(
    await chatLlm.query(`SELECT m.provider FROM messages m JOIN conversations c ON c.id = m.conversation_id
    WHERE c.device_id = '${deviceId}' AND m.role = 'assistant'`),
  ).toEqual([{ provider: 'offline' }])
})

test('a model that breaks off fails the reply, and the words so far are stored', async () => {
  fake.answerWith(() => ({ deltas: words('Once'), then: 'disconnect' }))
  const deviceId = newDevice()
  await expect(collect(chatLlm.reply({ deviceId }))).rejects.toMatchObject({ code: 'provider-failed' })
  await expect
    .poll(() => chatLlm.history(deviceId))
    .toMatchObject([{ role: 'user' }, { role: 'assistant', text: 'Once', interrupted: true }])
})
