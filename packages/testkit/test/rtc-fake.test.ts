import { createHash, createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  checkSignature,
  readRtcToken,
  startRtcFake,
  type FakeAccount,
  type ReceivedRequest,
  type RtcFakeSettings,
} from '../src/rtc-fake/index.ts'

const appId = '661e0000000000000000543c'
const account: FakeAccount = {
  accessKeyId: 'AKLTEXAMPLE0000000000',
  secretKey: 'c2VjcmV0LWV4YW1wbGUta2V5LTAwMDE=',
  appIds: [appId],
}
const now = new Date('2025-06-01T12:30:45Z')
const date = '20250601T123045Z'
const scope = '20250601/cn-north-1/rtc/request'

function toAuthorization(signed: string, signature: string, { keyId = account.accessKeyId, in: where = scope } = {}) {
  return `HMAC-SHA256 Credential=${keyId}/${where}, SignedHeaders=${signed}, Signature=${signature}`
}

describe('the signature', () => {
  const host = 'rtc.volcengineapi.com'
  const stop: ReceivedRequest = {
    method: 'POST',
    target: '/?Action=StopVoiceChat&Version=2024-12-01',
    headers: {
      host,
      'content-type': 'application/json',
      'x-date': date,
      'x-content-sha256': '9ce81c9cc7bfe05fe6dabf0eace92bc005691edb852c50277666bb83f5a97112',
      authorization: toAuthorization(
        'host;x-content-sha256;x-date',
        '0bae6459fd10bbc149edf379d85467a8753ebdc4dfac72a0723a34c7036db3e0',
      ),
    },
    body: Buffer.from(`{"AppId":"${appId}","RoomId":"Room1","TaskId":"task1"}`),
  }
  const update: ReceivedRequest = {
    method: 'POST',
    target: '/?Action=UpdateVoiceChat&Version=2025-06-01',
    headers: {
      host,
      'x-date': date,
      'x-content-sha256': 'bb9c2074c9817958d8b44069fdc5041403e322e389e1e1edd148094add5fb2f0',
      'x-security-token': 'STS2example',
      authorization: toAuthorization(
        'host;x-content-sha256;x-date;x-security-token',
        '8aaa160d21fe76eecfc21ad8ed7994ed5fc5511473f1d891e8b5803225a61a89',
      ),
    },
    body: Buffer.from(
      `{"AppId":"${appId}","RoomId":"Room1","TaskId":"task1","Command":"ExternalTextToSpeech","Message":"你好，世界","InterruptMode":1}`,
    ),
  }
  const get: ReceivedRequest = {
    method: 'GET',
    target: "/?Version=2022-06-01&Action=GetRecordTask&RoomId=r2&RoomId=r1&AppId=a%20b*c'(d)!~%C3%A9",
    headers: {
      host,
      'x-date': date,
      authorization: toAuthorization('host;x-date', '546a5413565ae54e003344369a7c4da9365d700a0f37b574b4b7f962310fa4ae'),
    },
    body: Buffer.alloc(0),
  }
  const hostless: ReceivedRequest = {
    method: 'POST',
    target: '/?Action=StartVoiceChat&Version=2024-12-01',
    headers: {
      host,
      'x-date': date,
      'x-content-sha256': 'b5aa694b3eb4d4db19dad8c2160ed3f420e5c18211bc6421fccef109e858ee2b',
      authorization: toAuthorization(
        'x-content-sha256;x-date',
        'e657713a04d0f73ae9ba2445fa2938cd6d583f0097fc89995a6112e487c6bf93',
      ),
    },
    body: Buffer.from('{"AppId":"x"}'),
  }

  /** Made by the vendor's own SDK. */
  test.each([
    ['with a body', stop, account],
    ['with a lent key', update, { ...account, sessionToken: 'STS2example' }],
    ['without a body, its query in another order and spelling', get, account],
    ['without its host signed', hostless, account],
  ])('of a request %s is right', (_, request, whose) => {
    expect(checkSignature(request, { accounts: [whose], now })).toBe(whose)
  })

  const signed = 'host;x-content-sha256;x-date'
  const right = /[0-9a-f]{64}$/.exec(stop.headers['authorization'] ?? '')?.[0] ?? ''
  const withHeaders = (headers: ReceivedRequest['headers']) => ({ ...stop, headers: { ...stop.headers, ...headers } })
  const withAuthorization = (text: string) => withHeaders({ authorization: text })

  test.each<[what: string, request: ReceivedRequest, code: string]>([
    ['another body', { ...stop, body: Buffer.from('{}') }, 'SignatureDoesNotMatch'],
    ['a body with a space more', { ...stop, body: Buffer.from(`${stop.body} `) }, 'SignatureDoesNotMatch'],
    ['another action', { ...stop, target: '/?Action=StartVoiceChat&Version=2024-12-01' }, 'SignatureDoesNotMatch'],
    ['another path', { ...stop, target: `/x${stop.target}` }, 'SignatureDoesNotMatch'],
    ['another host', withHeaders({ host: 'elsewhere' }), 'SignatureDoesNotMatch'],
    ['a signed header that is missing', withHeaders({ host: undefined }), 'SignatureDoesNotMatch'],
    ['headers out of order', withAuthorization(toAuthorization('x-date;host', right)), 'SignatureDoesNotMatch'],
    ['a time that is not signed', withAuthorization(toAuthorization('host', right)), 'SignatureDoesNotMatch'],
    [
      'a signature of nothing',
      withAuthorization(toAuthorization(signed, right.replace(/./g, '0'))),
      'SignatureDoesNotMatch',
    ],
    ['no authorization', withHeaders({ authorization: undefined }), 'MissingRequestInfo'],
    ['an authorization that is none', withAuthorization('Bearer x'), 'InvalidAuthorization'],
    ['no time', withHeaders({ 'x-date': undefined }), 'MissingRequestInfo'],
    ['a time of long ago', withHeaders({ 'x-date': '20250601T121500Z' }), 'InvalidTimestamp'],
    ['a time to come', withHeaders({ 'x-date': '20250601T124600Z' }), 'InvalidTimestamp'],
    ['a time that is none', withHeaders({ 'x-date': '2025-06-01T12:30:45Z' }), 'InvalidTimestamp'],
    [
      'another day',
      withAuthorization(toAuthorization(signed, right, { in: '20250602/cn-north-1/rtc/request' })),
      'InvalidCredential',
    ],
    [
      'another region',
      withAuthorization(toAuthorization(signed, right, { in: '20250601/cn-beijing/rtc/request' })),
      'InvalidCredential',
    ],
    [
      'another service',
      withAuthorization(toAuthorization(signed, right, { in: '20250601/cn-north-1/tos/request' })),
      'ServiceNotFound',
    ],
    ['another key', withAuthorization(toAuthorization(signed, right, { keyId: 'AKLTOTHER' })), 'InvalidAccessKey'],
    ['a session token from nowhere', withHeaders({ 'x-security-token': 'STS2' }), 'InvalidSecretToken'],
  ])('with %s is refused', (_, request, code) => {
    expect(() => checkSignature(request, { accounts: [account], now })).toThrow(expect.objectContaining({ code }))
  })
})

test.each([
  [
    '001123456781234567812345678OAB4VjQSAPFTZQBXhvQEAHJvb20EAHVzZXIFAAAAAAAAAAEAAAAAAAIAAAAAAAMAAAAAAAQAAAAAACAAUnpu2wCMblgrV6LnVOe9MpnoglDXXrL6Dmml0uUHTXg=',
    'app_key',
    {
      appId: '123456781234567812345678',
      nonce: 305_419_896,
      issuedAt: 1_700_000_000,
      expireAt: 4_102_444_800,
      roomId: 'room',
      userId: 'user',
      privileges: { 0: 0, 1: 0, 2: 0, 3: 0, 4: 0 },
    },
  ],
  [
    '001661e0000000000000000543cPwD+////gIV0ZwBXhvQIAOaIv+mXtC0xBwB1QDEueF95BQAAAAAAAAABAAAAAAACAAAAAAADAAAAAAAEAAAAAAAgAI/stKxtHa49srVhT+n5NRl/Z+sz8NBu0Qz70fZZKjtx',
    '0123456789abcdef0123456789abcdef',
    {
      appId,
      nonce: 4_294_967_294,
      issuedAt: 1_735_689_600,
      expireAt: 4_102_444_800,
      roomId: '房间-1',
      userId: 'u@1.x_y',
      privileges: { 0: 0, 1: 0, 2: 0, 3: 0, 4: 0 },
    },
  ],
])('a token is read, and only with its key', (token, key, content) => {
  expect(readRtcToken(token, key)).toEqual(content)
  expect(() => readRtcToken(token, `${key}x`)).toThrow('not signed')
  expect(() => readRtcToken(`002${token.slice(3)}`, key)).toThrow('another version')
  expect(() => readRtcToken(token.slice(0, -16), key)).toThrow()
})

describe('the server', () => {
  const task = { AppId: appId, RoomId: 'room1', TaskId: 'task1' }
  const start = {
    ...task,
    AgentConfig: { TargetUserId: ['user1'], UserId: 'bot' },
    Config: {
      ASRConfig: { Provider: 'volcano', ProviderParams: { Mode: 'smallmodel' } },
      TTSConfig: { Provider: 'volcano', ProviderParams: {} },
      LLMConfig: { Mode: 'ArkV3', EndPointId: 'ep-1' },
      InterruptMode: 0,
    },
  }

  async function open(settings: Partial<RtcFakeSettings> = {}) {
    const fake = await startRtcFake({ accounts: [account], ...settings })
    const call = async (action: string, body: unknown, version = '2024-12-01') => {
      const response = await signedPost(`${fake.url}/?Action=${action}&Version=${version}`, JSON.stringify(body))
      const answer = (await response.json()) as { ResponseMetadata: { Error?: { Code: string; Message: string } } }
      return { status: response.status, answer, error: answer.ResponseMetadata.Error }
    }
    return { fake, call, [Symbol.asyncDispose]: () => fake[Symbol.asyncDispose]() }
  }

  test('runs an agent from its start to its stop, and knows no other', async () => {
    await using vendor = await open()
    const { fake, call } = vendor
    const metadata = { RequestId: expect.stringMatching(/^\d{14}[0-9A-F]{20}$/), Service: 'rtc', Region: 'cn-north-1' }
    expect(await call('StartVoiceChat', start)).toMatchObject({
      status: 200,
      answer: {
        ResponseMetadata: { ...metadata, Action: 'StartVoiceChat', Version: '2024-12-01' },
        Result: 'ok',
      },
    })
    expect((await call('StartVoiceChat', start)).error?.Message).toMatch(/^The task has been started\./)
    expect((await call('UpdateVoiceChat', { ...task, Command: 'interrupt' })).answer).toMatchObject({ Result: 'ok' })
    expect(fake.tasks).toMatchObject([{ taskId: 'task1', started: start, updates: [{ Command: 'interrupt' }] }])
    expect((await call('StopVoiceChat', { ...task, TaskId: 'task2' })).error).toMatchObject({
      Code: 'InvalidParameter',
    })
    expect((await call('StopVoiceChat', task)).answer).toMatchObject({ Result: 'ok' })
    expect(fake.tasks).toEqual([])
    expect((await call('StopVoiceChat', task)).error).toBeDefined()
    expect((await call('StartVoiceChat', start)).answer).toMatchObject({ Result: 'ok' })
  })

  const config = (change: object) => ({ ...start, Config: { ...start.Config, ...change } })
  const agent = (change: object) => ({ ...start, AgentConfig: { ...start.AgentConfig, ...change } })
  const say = { ...task, Command: 'ExternalTextToSpeech', Message: 'x', InterruptMode: 1 }

  test.each<[what: string, action: string, body: object, code: string, named: string]>([
    ['no room', 'StartVoiceChat', { ...start, RoomId: undefined }, 'MissingParameter', 'RoomId'],
    ['no configuration', 'StartVoiceChat', { ...start, Config: undefined }, 'MissingParameter', 'Config'],
    ['an id with a space', 'StartVoiceChat', { ...start, TaskId: 'task 1' }, 'InvalidParameter', 'TaskId'],
    ['a field from nowhere', 'StartVoiceChat', { ...start, SceneID: 'x' }, 'InvalidParameter', 'SceneID'],
    ['nobody to talk to', 'StartVoiceChat', agent({ TargetUserId: [] }), 'InvalidParameter', 'TargetUserId'],
    ['two to talk to', 'StartVoiceChat', agent({ TargetUserId: ['a', 'b'] }), 'InvalidParameter', 'TargetUserId'],
    ['no model', 'StartVoiceChat', config({ LLMConfig: undefined }), 'InvalidParameter', 'Config'],
    [
      'a model over plain http',
      'StartVoiceChat',
      config({ LLMConfig: { Mode: 'CustomLLM', Url: 'http://x/' } }),
      'InvalidParameter',
      'Config',
    ],
    ['an app of others', 'StopVoiceChat', { ...task, AppId: 'x'.repeat(24) }, 'InvalidParameter.AccountIdMismatch', ''],
    ['more than the ids to stop', 'StopVoiceChat', { ...task, Command: 'x' }, 'InvalidParameter', 'Command'],
    ['no command', 'UpdateVoiceChat', task, 'MissingParameter', 'Command'],
    ['too much to say', 'UpdateVoiceChat', { ...say, Message: 'x'.repeat(201) }, 'InvalidParameter', 'Message'],
    ['an unclear priority', 'UpdateVoiceChat', { ...say, InterruptMode: 0 }, 'InvalidParameter', 'InterruptMode'],
    ['an action that is none', 'GetScenes', {}, 'InvalidActionOrVersion', ''],
  ])('refuses %s', async (_, action, body, code, named) => {
    await using vendor = await open()
    const { error, status } = await vendor.call(action, body)
    expect(error).toMatchObject({ Code: code, Message: expect.stringContaining(named) })
    expect(status).toBe(code === 'InvalidActionOrVersion' ? 404 : 400)
    expect(vendor.fake.tasks).toEqual([])
    expect(vendor.fake.requests).toMatchObject([{ action, refusal: code }])
  })

  test('refuses an unknown version, and a key that is none of its accounts', async () => {
    await using vendor = await open()
    expect((await vendor.call('StopVoiceChat', task, '2023-01-01')).error?.Code).toBe('InvalidActionOrVersion')
    await using other = await open({ accounts: [{ ...account, secretKey: 'another' }] })
    expect(await other.call('StopVoiceChat', task)).toMatchObject({
      status: 401,
      error: { Code: 'SignatureDoesNotMatch', CodeN: 100_010 },
    })
  })

  test('fails as it is told', async () => {
    const plans = [
      { error: { code: 'FlowLimitExceeded', message: 'Slowly.' } },
      { answer: { status: 502, body: '{"proxy":true}' } },
      { lost: 'cut' as const },
    ]
    await using vendor = await open({ script: (_call, index) => plans[index] })
    expect(await vendor.call('StartVoiceChat', start)).toMatchObject({
      status: 429,
      error: { Code: 'FlowLimitExceeded', Message: 'Slowly.' },
    })
    const url = `${vendor.fake.url}/?Action=StartVoiceChat&Version=2024-12-01`
    const proxied = await signedPost(url, JSON.stringify(start))
    expect([proxied.status, await proxied.text()]).toEqual([502, '{"proxy":true}'])
    expect(vendor.fake.tasks).toEqual([])
    await expect(signedPost(url, JSON.stringify(start))).rejects.toThrow('fetch failed')
    expect(vendor.fake.tasks).toHaveLength(1)
  })

  test('refuses with 200 as older versions do', async () => {
    await using vendor = await open({ refusalsAs200: true })
    expect(await vendor.call('StopVoiceChat', task)).toMatchObject({ status: 200, error: { Code: 'InvalidParameter' } })
  })
})

/** A signer of the least kind: nothing to sort, nothing to encode. */
async function signedPost(url: string, body: string): Promise<Response> {
  const { host, pathname, search } = new URL(url)
  const time = new Date().toISOString().replace(/\.\d+|[-:]/g, '')
  const signed = 'host;x-content-sha256;x-date'
  const digest = createHash('sha256').update(body).digest('hex')
  const canonical = ['POST', pathname, search.slice(1), `host:${host}`, `x-content-sha256:${digest}`, `x-date:${time}`]
  const text = [...canonical, '', signed, digest].join('\n')
  const where = `${time.slice(0, 8)}/cn-north-1/rtc/request`
  const toSign = ['HMAC-SHA256', time, where, createHash('sha256').update(text).digest('hex')].join('\n')
  let key = Buffer.from(account.secretKey)
  for (const part of where.split('/')) key = createHmac('sha256', key).update(part).digest()
  const signature = createHmac('sha256', key).update(toSign).digest('hex')
  return fetch(url, {
    method: 'POST',
    body,
    headers: {
      'X-Date': time,
      'X-Content-Sha256': digest,
      Authorization: toAuthorization(signed, signature, { in: where }),
    },
  })
}
