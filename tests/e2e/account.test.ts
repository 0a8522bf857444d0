import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { setupToken, startPlatform, type Platform } from '../platform.ts'
import { logIn, openApi, password, setUpAdministrator, signUp, type Api } from './api.ts'
import { appCode } from './app-code.ts'

let platform: Platform
let open: Api
let admin: Api
beforeAll(async () => {
  platform = await startPlatform()
  open = openApi(platform.apiUrl)
  admin = await setUpAdministrator(open, setupToken(), 'boss')
})
afterAll(() => platform[Symbol.asyncDispose]())

const data = ({ body }: { body: Record<string, unknown> }) => body['data'] as Record<string, string>
const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
function picture(): FormData {
  const form = new FormData()
  form.set('file', new File([pixel], 'me.png', { type: 'image/png' }))
  return form
}

type Line = { from: string; kind: string; data: Record<string, unknown> }
async function exported(api: Api): Promise<Line[]> {
  const answer = await api.call('GET', '/api/user/export')
  expect(answer.headers.get('content-type')).toBe('application/x-ndjson')
  const { text } = answer.body as { text: string }
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
}

/** Has somebody say something, and be answered. */
async function chat(api: Api, text: string): Promise<void> {
  const { status } = await api.call('POST', '/api/ai/multi-chat/', { message: text })
  expect(status).toBe(200)
}

describe('a profile', () => {
  test('is changed in what is given, and null takes it away', async () => {
    const ada = await signUp(open, 'ada')
    const changes = { display_name: ' Ada L. ', language: 'en-GB', time_zone: 'Europe/London' }
    expect((await ada.call('PATCH', '/api/user/profile', changes)).status).toBe(200)
    await ada.call('PATCH', '/api/user/profile', { language: null })
    expect(data(await ada.call('GET', '/api/user/profile'))).toEqual({
      display_name: 'Ada L.',
      language: null,
      time_zone: 'Europe/London',
      avatar: null,
    })
  })

  test('names what is wrong with it', async () => {
    const bo = await signUp(open, 'bob')
    const refused = await bo.call('PATCH', '/api/user/profile', { time_zone: 'Mars/Base', display_name: '' })
    expect([refused.status, JSON.stringify(refused.body)]).toEqual([
      400,
      expect.stringContaining('time_zone') as string,
    ])
  })

  test('has a picture that everybody sees, one at a time', async () => {
    const cleo = await signUp(open, 'cleo')
    const { avatar: first } = data(await cleo.call('POST', '/api/user/avatar', picture()))
    expect((await fetch(`${platform.apiUrl}${first}`)).headers.get('content-type')).toBe('image/png')
    const { avatar: second } = data(await cleo.call('POST', '/api/user/avatar', picture()))
    expect([(await open.call('GET', `${first}`)).status, (await open.call('GET', `${second}`)).status]).toEqual([
      404, 200,
    ])
    await cleo.call('DELETE', '/api/user/avatar')
    expect((await open.call('GET', `${second}`)).status).toBe(404)
    expect(data(await cleo.call('GET', '/api/user/profile'))['avatar']).toBeNull()
  })

  test('shows no other image of anybody', async () => {
    const dan = await signUp(open, 'dan')
    const { body } = await dan.call('POST', '/files/upload', picture())
    expect((await open.call('GET', `/files/avatars/${String(body['filename'])}`)).status).toBe(404)
  })
})

test('all that is somebody’s can be taken along, and nothing of anybody else', async () => {
  const [eve, other] = [await signUp(open, 'eve'), await signUp(open, 'other')]
  await eve.call('POST', '/files/upload', picture())
  await eve.call('POST', '/api/v1/agents', { name: 'Mine', prompt: 'Be mine.' })
  await chat(eve, 'say one')
  await chat(other, 'say a secret')
  const lines = await exported(eve)
  const kinds = new Set(lines.map(({ kind }) => kind))
  expect([...kinds].toSorted()).toEqual(['account', 'agent', 'balance', 'conversation', 'file', 'message', 'session'])
  expect(lines[0]).toMatchObject({ from: 'account', data: { username: 'eve' } })
  expect(lines.filter(({ kind }) => kind === 'message').map((line) => line.data['text'])).toContain('say one')
  expect(JSON.stringify(lines)).not.toMatch(/secret|other/)
})

test('a conversation can be had as a file', async () => {
  const ian = await signUp(open, 'ian')
  await chat(ian, 'say one')
  const { body } = await ian.call('GET', '/api/v1/conversations?search=ONE')
  const [{ conversationId }] = body['conversations'] as [{ conversationId: string }]
  await ian.call('PATCH', `/api/v1/conversations/${conversationId}`, { title: 'Counting' })
  const file = async (format: string) => {
    const answer = await ian.call('GET', `/api/v1/conversations/${conversationId}/export?format=${format}`)
    expect(answer.headers.get('content-disposition')).toContain(conversationId)
    return answer.body['text'] as string
  }
  const lines = (await file('json')).trim().split('\n')
  expect(lines.map((line) => (JSON.parse(line) as { role: string }).role)).toEqual(['user', 'assistant'])
  expect(await file('markdown')).toMatch(/^# Counting\n\n\*\*You\*\* · .*\n\nsay one\n\n\*\*Parley\*\*/)
})

describe('the end of an account', () => {
  test('takes the password; then it is over at once, everywhere, with a receipt', async () => {
    const fay = await signUp(open, 'fay')
    const { filename } = (await fay.call('POST', '/files/upload', picture())).body as { filename: string }
    const { avatar } = data(await fay.call('POST', '/api/user/avatar', picture()))
    await fay.call('POST', '/api/v1/agents', { name: 'Mine', prompt: 'Be mine.' })
    await chat(fay, 'say goodbye')
    const { user_id: userId } = data(await fay.call('GET', '/api/user/me'))

    for (const body of [{}, { password: 'not it at all' }])
      expect((await fay.call('POST', '/api/user/delete', body)).status).toBe(401)
    const begun = await fay.call('POST', '/api/user/delete', { password })
    expect(begun.status).toBe(202)
    const { erasure_id: receipt } = data(begun)
    expect((await fay.call('GET', '/api/user/me')).status).toBe(401)
    expect([401, 403]).toContain((await open.call('POST', '/api/user/login', { username: 'fay', password })).status)

    const read = async () => data(await open.call('GET', `/api/user/erasures/${receipt}`))
    await expect.poll(async () => (await read())['finished_at']).toEqual(expect.any(String))
    expect((await read())['erased']).toEqual({
      audio: {},
      billing: { wallets: 0 },
      'chat-llm': { agents: 1, conversations: 1, facts: 0, messages: 2 },
      'device-hub': { devices: 0, bindings: 0, commands: 0, alarms: 0 },
      gateway: { files: 2 },
      'rtc-proxy': { runs: 0, sessions: 0 },
      auth: { accounts: 1, contacts: 0, identities: 0, sessions: 1, apiKeys: 0, files: 1 },
    })
    expect((await open.call('GET', `${avatar}`)).status).toBe(404)

    // Whoever takes the name now is somebody else, and finds nothing.
    const next = await signUp(open, 'fay')
    expect(data(await next.call('GET', '/api/user/me'))['user_id']).not.toBe(userId)
    expect((await next.call('GET', `/files/images/${filename}`)).status).toBe(404)
    expect((await exported(next)).filter(({ from }) => from === 'conversations')).toEqual([])

    const { body } = await admin.call('GET', `/api/v1/admin/audit?targetId=${userId}`)
    const actions = (body['entries'] as { action: string }[]).map(({ action }) => action)
    expect(actions).toEqual(expect.arrayContaining(['account.erasing', 'account.erased']))
  })

  test('takes the second factor of whoever has one', async () => {
    const gus = await signUp(open, 'gus')
    const { secret } = data(await gus.call('POST', '/api/user/mfa/totp'))
    await gus.call('POST', '/api/user/mfa/totp/confirm', { code: appCode(secret ?? '') })
    const later = await open.call('POST', '/api/user/login', { username: 'gus', password })
    const { challenge } = later.body['data'] as { challenge: { token: string } }
    expect(challenge.token).toEqual(expect.any(String))
    expect((await gus.call('POST', '/api/user/delete', { password })).status).toBe(202)
  })

  test('is none for the last administrator', async () => {
    const { status } = await admin.call('POST', '/api/user/delete', { password })
    expect(status).toBe(409)
    expect(data(await (await logIn(open, 'boss')).call('GET', '/api/user/me'))['kind']).toBe('admin')
  })

  test('has a receipt that only its id opens', async () => {
    const unknown = '3f0c4f0e-54a2-4d0c-9d0e-000000000000'
    expect((await open.call('GET', `/api/user/erasures/${unknown}`)).status).toBe(404)
  })
})

test('a service that is away erases when it is back', async () => {
  const hal = await signUp(open, 'hal')
  await chat(hal, 'say one')
  await platform.stop('chat-llm')
  const { erasure_id: receipt } = data(await hal.call('POST', '/api/user/delete', { password }))
  const read = async () => data(await open.call('GET', `/api/user/erasures/${receipt}`))
  await expect.poll(async () => Object.keys((await read())['erased'] ?? {})).toContain('gateway')
  expect((await read())['finished_at']).toBeNull()
  await platform.start('chat-llm')
  // auth asks again when it starts, and every half a minute.
  await platform.stop('auth')
  await platform.start('auth')
  await expect.poll(async () => (await read())['finished_at'], { timeout: 8_000 }).toEqual(expect.any(String))
})
