import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { device as devices } from '@parley/contracts'
import { connectBus, type Bus } from '@parley/bus'
import { freePort, natsUrlOf, startNats, startNginx } from '@parley/local-infrastructure'
import { allPermissions } from '@parley/nats'
import { createIdentities, Secret } from '@parley/service-kit'
import { internalTokenSecret } from '@parley/testkit'
import { connectDevice } from '@parley/testkit/device'
import { startOpenAiFake, type OpenAiFake } from '@parley/testkit/openai-fake'
import {
  createLlmCaller,
  createMessageSender,
  readRtcToken,
  startRtcFake,
  type RtcFake,
  type RunningTask,
} from '@parley/testkit/rtc-fake'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { newDeviceId, startPlatform, type Platform } from '../platform.ts'
import { openApi, signUp, type Answer, type Api } from './api.ts'

const appId = '661e0000000000000000543c'
/** Everything that only servers may know. */
const secrets = {
  VOLCENGINE_ACCESS_KEY: 'AKLTSEEKTHISKEY000000',
  VOLCENGINE_SECRET_KEY: 'the-secret-key-of-the-account',
  VOLCENGINE_APP_KEY: '0123456789abcdef0123456789abcdef',
  VOLCENGINE_EVENT_SECRET: 'the-secret-of-the-console',
  ASR_TOKEN: 'the-token-of-recognition',
  LLM_API_KEY: 'the-key-of-the-model',
}

const speech = {
  ASRConfig: { Provider: 'volcano', ProviderParams: { Mode: 'bigmodel', AccessToken: '${ASR_TOKEN}' } },
  TTSConfig: { Provider: 'volcano', ProviderParams: { app: { appid: '1' } } },
}
const scenes = {
  'parley.json': {
    SceneConfig: { icon: 'https://example.com/p.png', name: 'Parley', questions: ['Who are you?'] },
    VoiceChat: {
      AgentConfig: { UserId: 'ParleyBot', WelcomeMessage: 'Hello!' },
      Config: { ...speech, LLMConfig: { Mode: 'CustomLLM', ModelName: 'parley' }, InterruptMode: 0 },
    },
  },
  'vision.json': {
    SceneConfig: { icon: 'https://example.com/v.png', name: 'Vision' },
    VoiceChat: {
      AgentConfig: { UserId: 'VisionBot' },
      Config: {
        ...speech,
        LLMConfig: {
          Mode: 'ArkV3',
          EndPointId: 'ep-1',
          VisionConfig: { Enable: true, SnapshotConfig: { StreamType: 1 } },
        },
        AvatarConfig: { Enabled: true, BackgroundUrl: 'https://example.com/b.png' },
        InterruptMode: 1,
      },
    },
  },
}

/** All that anybody outside has seen, and all that was logged. */
const seen: string[] = []
const lines: string[] = []

const stack = new AsyncDisposableStack()
let vendor: RtcFake
let model: OpenAiFake
let platform: Platform
/** For what nobody but a test does. */
let operator: Bus
let origin: string
let ada: Api
let adaId: string

beforeAll(async () => {
  const dir = await mkdtemp(join(tmpdir(), 'parley-rtc-'))
  stack.defer(() => rm(dir, { recursive: true, force: true }))
  for (const [name, scene] of Object.entries(scenes)) await writeFile(join(dir, name), JSON.stringify(scene))
  const { VOLCENGINE_ACCESS_KEY: accessKeyId, VOLCENGINE_SECRET_KEY: secretKey } = secrets
  vendor = stack.use(await startRtcFake({ accounts: [{ accessKeyId, secretKey, appIds: [appId] }] }))
  let answers = 0
  model = stack.use(
    await startOpenAiFake({
      apiKey: secrets.LLM_API_KEY,
      chat: () => ({ text: `Answer ${++answers}.`, firstTokenMs: 5 }),
    }),
  )
  // Under the permissions that the services declare, so that none does what it does not say.
  const prefix = 'rooms'
  const nats = stack.use(await startNats({ dir: join(dir, 'nats'), users: allPermissions(prefix) }))
  const config = { internalTokenSecret: new Secret(internalTokenSecret), internalTokenSecretPrevious: undefined }
  const identities = createIdentities('operator', config)
  operator = stack.use(await connectBus({ servers: nats.url, name: 'operator', prefix, drainMs: 100, identities }))
  const [doorPort, rtcPort] = [await freePort(), await freePort()]
  origin = `http://127.0.0.1:${doorPort}`
  platform = stack.use(
    await startPlatform(
      {
        ...secrets,
        VOLCENGINE_APP_ID: appId,
        RTC_SCENES_DIR: dir,
        RTC_SCENE_VARIABLES: 'ASR_TOKEN',
        RTC_OPENAPI_URL: vendor.url,
        RTC_CALLBACK_URL: origin,
        RTC_PROXY_PORT: String(rtcPort),
        RTC_DEMO: 'open',
        LLM_BASE_URL: model.baseUrl,
        LLM_MODEL: 'fake-chat',
        TRUSTED_PROXIES: '1',
        NATS_SUBJECT_PREFIX: prefix,
      },
      { lines, only: (service) => ({ NATS_URL: natsUrlOf(nats.url, service) }) },
    ),
  )
  const address = (port: number) => [`127.0.0.1:${port}`]
  const front = {
    dir: join(dir, 'nginx'),
    port: doorPort,
    gateway: address(platform.gateway.publicPort),
    hub: address(platform.hub.publicPort),
    rtc: address(rtcPort),
  }
  stack.use(await startNginx(front))
  ada = watched(await signUp(openApi(origin), 'ada'))
  adaId = String(dataOf(await ada.call('GET', '/api/user/me'))['user_id'])
})
afterAll(() => stack.disposeAsync())

/** An app of which every answer is kept. */
function watched(api: Api): Api {
  return {
    token: api.token,
    as: (token) => watched(api.as(token)),
    call: async (...call) => {
      const answer = await api.call(...call)
      seen.push(JSON.stringify(answer.body), JSON.stringify([...answer.headers]))
      return answer
    },
  }
}
const dataOf = ({ body }: Answer) => body['data'] as Record<string, unknown>
const act = (api: Api, action: string, body: object) => api.call('POST', `/proxy?Action=${action}`, body)
const taskIn = (roomId: string) => vendor.tasks.find((task) => task.roomId === roomId) as RunningTask

/** What the sockets of somebody's apps are told. */
async function listen(api: Api): Promise<Record<string, unknown>[]> {
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/ws/app`, {
    headers: { authorization: `Bearer ${api.token}` },
  })
  stack.defer(() => socket.terminate())
  const told: Record<string, unknown>[] = []
  socket.on('message', (data) => {
    const text = (data as Buffer).toString()
    seen.push(text)
    told.push(JSON.parse(text) as Record<string, unknown>)
  })
  await once(socket, 'message')
  return told
}
const ofType = (told: Record<string, unknown>[], type: string) => told.filter((update) => update['type'] === type)

test('a call: scenes, start, three questions with their history, subtitles, an interruption, stop', async () => {
  const told = await listen(ada)
  const { body } = await ada.call('POST', '/getScenes')
  const [scene] = (body['Result'] as { scenes: { scene: { id: string }; rtc: Record<string, string> }[] }).scenes
  const { AppId, RoomId = '', UserId, Token = '' } = scene?.rtc ?? {}
  expect(readRtcToken(Token, secrets.VOLCENGINE_APP_KEY)).toMatchObject({
    appId: AppId,
    roomId: RoomId,
    userId: UserId,
  })

  const started = await act(ada, 'StartVoiceChat', { SceneID: 'parley' })
  expect(started.body).toMatchObject({ ResponseMetadata: { Action: 'StartVoiceChat' }, Result: 'ok' })
  const task = taskIn(RoomId)
  const [caller, sender] = [createLlmCaller(task), createMessageSender(task)]

  // Three questions, each of which knows what was said before.
  const questions = ['What is a clock?', 'And a watch?', 'Which is older?']
  const answers: string[] = []
  for (const [round, question] of questions.entries()) {
    expect(await sender.state(1, round)).toBe(200)
    answers.push((await caller.ask(question)).text)
    const about = { definite: true, paragraph: true, roundId: round }
    await sender.subtitles({ text: question, userId: UserId ?? '', sequence: round * 2, ...about })
    await sender.subtitles({ text: answers[round] ?? '', userId: 'ParleyBot', sequence: round * 2 + 1, ...about })
  }
  const prompt = model.requests.at(-1)
  expect(prompt?.kind === 'chat' && prompt.body?.messages.slice(1).map(({ content }) => content)).toEqual([
    questions[0],
    answers[0],
    questions[1],
    answers[1],
    questions[2],
  ])

  // They are subtitles in the app, and one conversation of hers.
  await expect.poll(() => ofType(told, 'conversation_subtitle')).toHaveLength(6)
  expect(ofType(told, 'conversation_subtitle').map(({ speaker, text }) => [speaker, text])).toEqual(
    questions.flatMap((question, round) => [
      ['user', question],
      ['agent', answers[round]],
    ]),
  )
  const where = { roomId: RoomId, taskId: task.taskId, sceneId: 'parley' }
  expect(ofType(told, 'conversation_status')).toMatchObject(
    [0, 1, 2].map((roundId) => ({ ...where, roundId, stage: 'listening', code: 1 })),
  )
  const conversations = async () =>
    (await ada.call('GET', '/api/v1/conversations')).body['conversations'] as Record<string, string>[]
  const [conversation, ...others] = await conversations()
  expect(others).toEqual([])
  expect(conversation).toMatchObject({ roomId: RoomId, preview: answers[2] })

  // The agent is cut off, by a command and as the cloud tells it: the history has what was heard.
  const cut = await act(ada, 'UpdateVoiceChat', { SceneID: 'parley', Command: 'interrupt' })
  expect(cut.body).toMatchObject({ Result: 'ok' })
  expect(task.updates).toMatchObject([{ RoomId, Command: 'interrupt' }])
  await caller.ask('Tell me a story')
  await sender.subtitles({
    text: 'Answer',
    userId: 'ParleyBot',
    sequence: 9,
    definite: true,
    paragraph: false,
    roundId: 3,
  })
  await sender.state(4, 3)
  await expect
    .poll(() => ofType(told, 'conversation_status').at(-1))
    .toMatchObject({ stage: 'interrupted', roundId: 3 })
  const read = await ada.call('GET', `/api/v1/conversations/${conversation?.['conversationId']}`)
  const messages = read.body['messages'] as Record<string, unknown>[]
  expect(messages.map(({ role, text }) => [role, text])).toEqual([
    ...questions.flatMap((question, round) => [
      ['user', question],
      ['assistant', answers[round]],
    ]),
    ['user', 'Tell me a story'],
    ['assistant', 'Answer'],
  ])
  expect(messages.at(-1)).toMatchObject({ interrupted: true })

  // It is over: nobody is answered in it any more, and the next call remembers nothing.
  const stopped = await act(ada, 'StopVoiceChat', { SceneID: 'parley' })
  expect(stopped.body).toMatchObject({ Result: 'ok' })
  expect(vendor.tasks).toEqual([])
  await expect(caller.ask('Still there?')).rejects.toThrow('401')
  await act(ada, 'StartVoiceChat', { SceneID: 'parley' })
  const next = createLlmCaller(taskIn(RoomId))
  await next.ask('What did I ask?')
  const fresh = model.requests.at(-1)
  expect(fresh?.kind === 'chat' && fresh.body?.messages.slice(1)).toEqual([
    { role: 'user', content: 'What did I ask?' },
  ])
  expect(await conversations()).toHaveLength(2)
  await act(ada, 'StopVoiceChat', { SceneID: 'parley' })
})

describe('the official demo’s front end, as it is', () => {
  /** What it sends: the type of JSON, no token, and for the scenes no body at all. */
  async function send(action: string, path: string, body?: object): Promise<Record<string, unknown>> {
    const response = await fetch(`${origin}${path}?Action=${action}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: 'http://localhost:3000', 'x-forwarded-for': '192.0.2.9' },
      ...(body && { body: JSON.stringify(body) }),
    })
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    const text = await response.text()
    seen.push(text)
    return JSON.parse(text) as Record<string, unknown>
  }

  test('gets scenes, starts, and stops, each answer as it reads it, field by field', async () => {
    const answer = await send('getScenes', '/getScenes')
    const token = expect.any(String) as string
    const rtc = (RoomId: unknown) => ({ AppId: appId, RoomId, UserId: expect.stringMatching(/^guest-/), Token: token })
    expect(answer).toEqual({
      ResponseMetadata: { Action: 'getScenes' },
      Result: {
        scenes: [
          {
            scene: {
              id: 'parley',
              icon: 'https://example.com/p.png',
              name: 'Parley',
              questions: ['Who are you?'],
              botName: 'ParleyBot',
              isInterruptMode: true,
              isVision: false,
              isScreenMode: false,
              isAvatarScene: false,
            },
            rtc: rtc(expect.stringMatching(/^room_guest-[0-9a-f]{32}$/)),
          },
          {
            scene: {
              id: 'vision',
              icon: 'https://example.com/v.png',
              name: 'Vision',
              botName: 'VisionBot',
              isInterruptMode: false,
              isVision: true,
              isScreenMode: true,
              isAvatarScene: true,
              avatarBgUrl: 'https://example.com/b.png',
            },
            rtc: rtc(expect.stringMatching(/^room_guest-[0-9a-f]{32}_vision$/)),
          },
        ],
      },
    })
    const [first] = (answer['Result'] as { scenes: { rtc: { RoomId: string; UserId: string } }[] }).scenes
    const metadata = {
      RequestId: expect.stringMatching(/\S/) as string,
      Version: '2024-12-01',
      Service: 'rtc',
      Region: 'cn-north-1',
    }

    const started = await send('StartVoiceChat', '/proxy', { SceneID: 'parley' })
    expect(started).toEqual({ ResponseMetadata: { ...metadata, Action: 'StartVoiceChat' }, Result: 'ok' })
    const task = taskIn(first?.rtc.RoomId ?? '')
    expect(task.started['AgentConfig']).toMatchObject({ TargetUserId: [first?.rtc.UserId], UserId: 'ParleyBot' })
    expect((await createLlmCaller(task).ask('Hello')).text).toMatch(/^Answer/)

    const stopped = await send('StopVoiceChat', '/proxy', { SceneID: 'parley' })
    expect(stopped).toEqual({ ResponseMetadata: { ...metadata, Action: 'StopVoiceChat' }, Result: 'ok' })
    expect(vendor.tasks).toEqual([])
  })

  test('is told what is wrong in its own form', async () => {
    expect(await send('StartVoiceChat', '/proxy', { SceneID: 'moon' })).toEqual({
      ResponseMetadata: {
        Action: 'StartVoiceChat',
        Error: { Code: -1, Message: 'Error: moon 不存在,请先配置对应场景。' },
      },
    })
    expect(await send('DeleteRoom', '/proxy', { SceneID: 'parley' })).toMatchObject({
      ResponseMetadata: { Error: { Code: -1, Message: expect.stringContaining('DeleteRoom') as string } },
    })
  })
})

test('a device joins its owner’s room with its own credential, and with nothing else', async () => {
  const deviceId = newDeviceId()
  const asked = await fetch(platform.otaUrl, {
    method: 'POST',
    headers: { 'Device-Id': deviceId, 'Client-Id': 'one' },
    body: '{}',
  })
  const { websocket } = (await asked.json()) as { websocket: { token: string } }
  const path = `/api/device/rtc-token/get_by_mac/?mac_address=${deviceId.toUpperCase().replaceAll(':', '-')}`
  const ask = (headers: Record<string, string>) => watched(openApi(origin)).call('POST', path, undefined, headers)
  const own = { authorization: `Bearer ${websocket.token}`, 'client-id': 'one' }
  expect((await ask(own)).status).toBe(409)

  await using _device = await connectDevice({
    url: platform.websocketUrl,
    deviceId,
    clientId: 'one',
    token: websocket.token,
  })
  const pairing = { name: 'parley.get_pairing_code', arguments: {} }
  // A connection may be younger than the bus knows.
  const askForCode = () => operator.request(devices.call, pairing, { tokens: { deviceId } })
  const code = await vi.waitFor(askForCode, { timeout: 5_000 })
  await ada.call('POST', '/api/device/bind', { code: /\d{6}/.exec(code.text.replaceAll(' ', ''))?.[0] })
  const room = await ask(own)
  expect(room.body).toMatchObject({ code: 200, data: { app_id: appId, room_id: `room_${adaId}`, user_id: adaId } })
  const { token, task_id: taskId } = dataOf(room) as { token: string; task_id: string }
  expect(readRtcToken(token, secrets.VOLCENGINE_APP_KEY)).toMatchObject({ roomId: `room_${adaId}`, userId: adaId })
  const redis = new Redis(platform.corner.redisUrl, { keyPrefix: platform.corner.redisKeyPrefix })
  stack.defer(() => redis.disconnect())
  expect(await redis.ttl(`rtc_room:${adaId}:${taskId}`)).toBeGreaterThan(0)

  const wrongs: Record<string, string>[] = [
    {},
    { ...own, 'client-id': 'two' },
    { authorization: `Bearer ${ada.token}` },
  ]
  for (const wrong of wrongs) {
    const refused = await ask(wrong)
    expect(refused.body).toMatchObject({ code: 401, data: null })
  }
})

test('whatever anybody saw, or is in a log, has no secret in it', () => {
  expect(seen.length).toBeGreaterThan(40)
  expect(lines.length).toBeGreaterThan(60)
  const proofs = vendor.calls.flatMap(({ body }) => {
    const { Config, AgentConfig } = body as {
      Config?: { LLMConfig?: { APIKey?: string } }
      AgentConfig?: Record<string, string>
    }
    const address = AgentConfig?.['ServerMessageURLForRTS']
    const key = address === undefined ? undefined : (new URL(address).searchParams.get('key') ?? undefined)
    return [Config?.LLMConfig?.APIKey, AgentConfig?.['ServerMessageSignatureForRTS'], key].filter(
      (proof) => proof !== undefined,
    )
  })
  expect(proofs.length).toBeGreaterThan(8)
  const everything = [...seen, ...lines].join('\n')
  for (const secret of [...Object.values(secrets), ...proofs]) expect(everything).not.toContain(secret)
  // Tokens of rooms are for those who join them, and for no log.
  const tokens = [...seen.join('\n').matchAll(/001661e[\w+/=]{60,}/g)].map(([token]) => token)
  expect(tokens.length).toBeGreaterThan(3)
  for (const token of tokens) expect(lines.join('\n')).not.toContain(token)
})

test('no log has anybody’s words', () => {
  expect(lines.join('\n')).not.toMatch(/What is a clock|Tell me a story|Answer \d/)
})
