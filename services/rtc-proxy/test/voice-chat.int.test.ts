import type { RtcCall } from '@parley/contracts'
import type { RtcFakeCall, RtcFakeScript } from '@parley/testkit/rtc-fake'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { appId, newPerson, openFixture, secrets, shop, type Fixture } from './fixture.ts'

type Script = (call: RtcFakeCall) => RtcFakeScript | undefined | Promise<RtcFakeScript | undefined>

let fixture: Fixture
let script: Script = () => undefined
beforeAll(async () => {
  fixture = await openFixture({ script: (call) => script(call), environment: { RTC_OPENAPI_TIMEOUT_MS: '1500' } })
})
afterEach(() => {
  script = () => undefined
})
afterAll(() => fixture[Symbol.asyncDispose]())

type Who = ReturnType<typeof newPerson>
const start = (who: Who, more: Partial<RtcCall> = {}) =>
  fixture.call(who, { action: 'StartVoiceChat', sceneId: 'shop', ...more })
const stop = (who: Who, more: Partial<RtcCall> = {}) =>
  fixture.call(who, { action: 'StopVoiceChat', sceneId: 'shop', ...more })
const update = (who: Who, more: RtcCall['update']) =>
  fixture.call(who, { action: 'UpdateVoiceChat', sceneId: 'shop', update: more })

const room = (who: Who) => `room_${who.userId}_shop`
/** The agents that run for somebody. */
const tasksOf = (who: Who) => fixture.vendor.tasks.filter(({ roomId }) => roomId === room(who))
/** What the vendor was asked on somebody's behalf, by action and task. */
const callsOf = (who: Who) =>
  fixture.vendor.calls
    .filter(({ body }) => body.RoomId === room(who))
    .map(({ action, body }) => [action.replace('VoiceChat', ''), body.TaskId])

/** Lets an action of the vendor's wait; `came` is when the first one has come. */
function hold(action: string) {
  const came = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  let first = true
  script = async (call) => {
    if (call.action !== action || !first) return undefined
    first = false
    came.resolve()
    await released.promise
    return undefined
  }
  return { came: came.promise, release: released.resolve }
}

describe('a voice chat', () => {
  test('starts in the room of its user, for its user, and tells the room to the model', async () => {
    const ada = newPerson()
    const [, shop] = await fixture.getScenes(ada)
    expect(await start(ada)).toMatchObject({
      ResponseMetadata: { Action: 'StartVoiceChat', Version: '2024-12-01', RequestId: expect.any(String) },
      Result: 'ok',
    })
    const [task, ...more] = tasksOf(ada)
    expect(more).toEqual([])
    expect(task?.roomId).toBe(shop?.rtc.RoomId)
    expect(task?.started).toEqual({
      AppId: appId,
      RoomId: room(ada),
      TaskId: expect.stringMatching(/^task_[0-9a-f-]{36}$/),
      AgentConfig: { UserId: 'ShopBot', WelcomeMessage: 'Hello!', TargetUserId: [shop?.rtc.UserId] },
      Config: {
        ASRConfig: { Provider: 'volcano', ProviderParams: { Mode: 'smallmodel' } },
        TTSConfig: { Provider: 'volcano', ProviderParams: { app: { appid: '1' } } },
        LLMConfig: {
          Mode: 'CustomLLM',
          Url: `https://example.com/chat_callback?v=1&room_id=${room(ada)}`,
          APIKey: secrets.ARK_KEY,
        },
        InterruptMode: 0,
      },
    })
  })

  test('of two people runs twice, and ends for one of them', async () => {
    const [ada, grace] = [newPerson(), newPerson()]
    await Promise.all([start(ada), start(grace)])
    expect(await stop(ada)).toMatchObject({ Result: 'ok' })
    expect(tasksOf(ada)).toEqual([])
    expect(tasksOf(grace)).toHaveLength(1)
  })

  test('is told things while it runs', async () => {
    const ada = newPerson()
    await start(ada)
    const words = { Command: 'ExternalTextToSpeech' as const, Message: '你好，世界', InterruptMode: 1 }
    expect(await update(ada, words)).toMatchObject({ Result: 'ok' })
    expect(tasksOf(ada)[0]?.updates).toEqual([
      { AppId: appId, RoomId: room(ada), TaskId: tasksOf(ada)[0]?.taskId, ...words },
    ])
  })

  test('stops and starts again under another task', async () => {
    const ada = newPerson()
    await start(ada)
    await stop(ada)
    expect(await start(ada)).toMatchObject({ Result: 'ok' })
    const [first, , second] = callsOf(ada).map(([, taskId]) => taskId)
    expect(callsOf(ada)).toEqual([
      ['Start', first],
      ['Stop', first],
      ['Start', second],
    ])
    expect(second).not.toBe(first)
  })

  test('that is started while it runs is stopped first', async () => {
    const ada = newPerson()
    await start(ada)
    const [first] = tasksOf(ada)
    expect(await start(ada)).toMatchObject({ Result: 'ok' })
    const [second, ...more] = tasksOf(ada)
    expect(more).toEqual([])
    expect(callsOf(ada)).toEqual([
      ['Start', first?.taskId],
      ['Stop', first?.taskId],
      ['Start', second?.taskId],
    ])
  })

  test('that is stopped twice is stopped, and the vendor asked once; then it starts again', async () => {
    const ada = newPerson()
    await start(ada)
    expect(await stop(ada)).toMatchObject({ Result: 'ok' })
    expect(await stop(ada)).toEqual({
      ResponseMetadata: {
        RequestId: expect.any(String),
        Action: 'StopVoiceChat',
        Version: '2024-12-01',
        Service: 'rtc',
        Region: 'cn-north-1',
      },
      Result: 'ok',
    })
    expect(callsOf(ada).map(([action]) => action)).toEqual(['Start', 'Stop'])
    expect(await start(ada)).toMatchObject({ Result: 'ok' })
  })

  test('that ended by itself is stopped: the vendor says what it wants, and the next one starts', async () => {
    const ada = newPerson()
    await start(ada)
    fixture.vendor.endTask(tasksOf(ada)[0]?.taskId ?? '')
    expect((await stop(ada)).ResponseMetadata.Error).toMatchObject({ Code: 'InvalidParameter' })
    expect(await stop(ada)).toMatchObject({ Result: 'ok' })
    expect(await start(ada)).toMatchObject({ Result: 'ok' })
    expect(callsOf(ada).map(([action]) => action)).toEqual(['Start', 'Stop', 'Start'])
  })

  test('is one of a person: one that is begun in another scene ends it', async () => {
    const ada = newPerson()
    const visit = { action: 'StartVoiceChat', sceneId: 'museum' }
    await start(ada)
    expect(await fixture.call(ada, visit)).toMatchObject({ Result: 'ok' })
    expect(tasksOf(ada)).toEqual([])
    expect(fixture.vendor.tasks.filter(({ roomId }) => roomId === `room_${ada.userId}`)).toHaveLength(1)
    await start(ada)
    expect(fixture.vendor.tasks.filter(({ roomId }) => roomId.startsWith(`room_${ada.userId}`))).toMatchObject([
      { roomId: room(ada) },
    ])
  })

  test.each<[string, RtcCall['update']]>([
    ['to be quiet', { Command: 'interrupt' }],
    ['what the user typed', { Command: 'ExternalTextToLLM', Message: 'What is new?', InterruptMode: 1 }],
    [
      'to be another one',
      { Command: 'UpdateParameters', Parameters: { Config: { LLMConfig: { SystemMessages: ['Shout.'] } } } },
    ],
    ['what a function gave', { Command: 'function', Message: '{"ToolCallID":"c1","Content":"rain"}' }],
  ])('is told %s', async (_, told) => {
    const ada = newPerson()
    await start(ada)
    expect(await update(ada, told)).toMatchObject({ Result: 'ok' })
    expect(tasksOf(ada)[0]?.updates).toMatchObject([{ RoomId: room(ada), ...told }])
  })

  test('takes another version of the API', async () => {
    const ada = newPerson()
    expect(await start(ada, { version: '2025-06-01' })).toMatchObject({ ResponseMetadata: { Version: '2025-06-01' } })
  })
})

describe('at the same time', () => {
  test('a stop while the start is on its way leaves nothing running', async () => {
    const ada = newPerson()
    const held = hold('StartVoiceChat')
    const starting = start(ada)
    await held.came
    expect((await stop(ada)).ResponseMetadata.Error).toBeDefined()
    held.release()
    expect(await starting).toMatchObject({ Result: 'ok' })
    expect(tasksOf(ada)).toEqual([])
  })

  test('of two starts the later one runs, alone', async () => {
    const ada = newPerson()
    const held = hold('StartVoiceChat')
    const first = start(ada)
    await held.came
    await start(ada)
    const [later] = tasksOf(ada)
    held.release()
    await first
    expect(tasksOf(ada).map(({ taskId }) => taskId)).toEqual([later?.taskId])
  })
})

describe('the vendor', () => {
  test('refuses, and its words are passed on; the next start is a clean one', async () => {
    const ada = newPerson()
    script = () => ({ error: { code: 'FlowLimitExceeded', message: 'Slowly.' } })
    expect(await start(ada)).toMatchObject({
      ResponseMetadata: { Action: 'StartVoiceChat', Error: { Code: 'FlowLimitExceeded', Message: 'Slowly.' } },
    })
    script = () => undefined
    expect(await start(ada)).toMatchObject({ Result: 'ok' })
    expect(callsOf(ada).map(([action]) => action)).toEqual(['Start', 'Start'])
  })

  test.each<[what: string, plan: RtcFakeScript, code: string]>([
    ['says nothing', { lost: 'silence' }, 'timeout'],
    ['cuts the connection', { lost: 'cut' }, 'provider-failed'],
  ])('%s, and what it began is stopped before the next start', async (_, plan, code) => {
    const ada = newPerson()
    script = () => plan
    await expect(start(ada)).rejects.toMatchObject({ code })
    expect(tasksOf(ada)).toHaveLength(1)
    script = () => undefined
    expect(await start(ada)).toMatchObject({ Result: 'ok' })
    expect(tasksOf(ada)).toHaveLength(1)
    expect(callsOf(ada).map(([action]) => action)).toEqual(['Start', 'Stop', 'Start'])
  })

  test('cannot be asked to stop, and is asked again', async () => {
    const ada = newPerson()
    await start(ada)
    script = () => ({ answer: { status: 503, body: 'later' } })
    await expect(stop(ada)).rejects.toMatchObject({ code: 'provider-failed' })
    script = () => undefined
    expect(await stop(ada)).toMatchObject({ Result: 'ok' })
    expect(tasksOf(ada)).toEqual([])
  })

  test.each<[what: string, answer: { status: number; body: string }, detail: RegExp]>([
    ['no JSON', { status: 502, body: '<html>Bad gateway</html>' }, /without JSON \(502\)/],
    ['JSON that is no object', { status: 200, body: '"ok"' }, /without JSON \(200\)/],
    ['too much', { status: 200, body: `{"a":"${'x'.repeat(300_000)}"}` }, /too large/],
    ['a redirection', { status: 302, body: '' }, /without JSON \(302\)/],
  ])('answers %s', async (_, answer, detail) => {
    script = () => ({ answer })
    await expect(start(newPerson())).rejects.toMatchObject({
      code: 'provider-failed',
      detail: expect.stringMatching(detail),
    })
  })
})

describe('what cannot be asked is refused before the vendor knows', () => {
  test.each<[what: string, call: RtcCall, detail: string]>([
    ['no action', { action: '', sceneId: 'shop' }, 'Action 不能为空'],
    ['no version', { action: 'StartVoiceChat', version: '', sceneId: 'shop' }, 'Version 不能为空'],
    ['no scene', { action: 'StartVoiceChat' }, 'SceneID 不能为空,SceneID 用于指定场景配置'],
    ['an empty scene', { action: 'StopVoiceChat', sceneId: ' ' }, 'SceneID 不能为空,SceneID 用于指定场景配置'],
    ['an unknown scene', { action: 'StartVoiceChat', sceneId: 'moon' }, 'moon 不存在,请先配置对应场景。'],
    ['an action of its own', { action: 'DeleteRoom', sceneId: 'shop' }, 'Action "DeleteRoom" is none of'],
    ['a name of Object', { action: 'constructor', sceneId: 'shop' }, 'Action "constructor" is none of'],
    ['a version that is none', { action: 'StartVoiceChat', version: 'v1', sceneId: 'shop' }, 'Version "v1" is no date'],
    ['an update of nothing', { action: 'UpdateVoiceChat', sceneId: 'shop' }, 'needs a Command'],
    ['an end of nothing', { action: 'StopVoiceChat', sceneId: 'shop' }, 'shop 场景的 VoiceChat.RoomId 不能为空'],
  ])('%s', async (_, call, detail) => {
    const asked = fixture.vendor.requests.length
    await expect(fixture.call(newPerson(), call)).rejects.toMatchObject({
      code: 'bad-request',
      detail: expect.stringContaining(detail),
    })
    expect(fixture.vendor.requests).toHaveLength(asked)
  })

  test('an update of a voice chat that nobody started', async () => {
    await expect(update(newPerson(), { Command: 'interrupt' })).rejects.toMatchObject({ code: 'conflict' })
  })

  test('an update that the vendor would not take', async () => {
    const wrong = { Command: 'ExternalTextToSpeech' as const, Message: 'x'.repeat(201), InterruptMode: 1 }
    await expect(update(newPerson(), wrong)).rejects.toMatchObject({
      code: 'bad-request',
      issues: [{ path: 'update.Message' }],
    })
  })
})

test('without a session, the run that the scene names itself is stopped', async () => {
  const answer = await stop(newPerson(), { sceneId: 'museum' })
  expect(answer.ResponseMetadata.Error?.Message).toBe('The task does not exist.')
  expect(fixture.vendor.calls.at(-1)?.body).toEqual({ AppId: appId, RoomId: 'museum-room', TaskId: 'museum-task' })
})

test.each(['AccessDenied', 'InternalServiceError', 'ServiceUnavailableTemp', 'InternalServiceTimeout'])(
  'that the vendor refuses with %s is passed on, whatever its status, and the next start is a clean one',
  async (code) => {
    const ada = newPerson()
    script = () => ({ error: { code } })
    expect((await start(ada)).ResponseMetadata.Error?.Code).toBe(code)
    expect((await stop(ada)).Result).toBe('ok')
    script = () => undefined
    expect(await start(ada)).toMatchObject({ Result: 'ok' })
  },
)

test.each<[what: string, settings: Parameters<typeof openFixture>[0], code: string]>([
  ['nobody’s', { environment: { VOLCENGINE_ACCESS_KEY: 'AKLTNOBODY' } }, 'InvalidAccessKey'],
  ['used by another clock', { now: () => new Date(Date.now() + 3_600_000) }, 'InvalidTimestamp'],
  [
    'of another account than the app',
    { environment: { VOLCENGINE_APP_ID: 'b'.repeat(24) } },
    'InvalidParameter.AccountIdMismatch',
  ],
])('that a key is %s is for the vendor to say', async (_, settings, code) => {
  await using wrong = await openFixture(settings)
  const answer = await wrong.call(newPerson(), { action: 'StartVoiceChat', sceneId: 'shop' })
  expect(answer.ResponseMetadata.Error?.Code).toBe(code)
})

test('that a key is wrong is for the vendor to say', async () => {
  await using wrong = await openFixture({ environment: { VOLCENGINE_SECRET_KEY: 'of-somebody-else' } })
  const answer = await wrong.call(newPerson(), { action: 'StartVoiceChat', sceneId: 'shop' })
  expect(answer).toMatchObject({ ResponseMetadata: { Error: { Code: 'SignatureDoesNotMatch' } } })
  expect(wrong.vendor.requests).toEqual([
    { action: 'StartVoiceChat', version: '2024-12-01', refusal: 'SignatureDoesNotMatch' },
  ])
})

test('a refusal with status 200 is one', async () => {
  const plans = [{ error: { code: 'InternalError' } }]
  await using older = await openFixture({ refusalsAs200: true, script: (_call, index) => plans[index] })
  const ada = newPerson()
  const call = { action: 'StartVoiceChat', sceneId: 'shop' }
  expect((await older.call(ada, call)).ResponseMetadata.Error?.Code).toBe('InternalError')
  expect(await older.call(ada, call)).toMatchObject({ Result: 'ok' })
  expect(older.vendor.calls.map(({ action }) => action)).toEqual(['StartVoiceChat', 'StartVoiceChat'])
})

test('a scene may have an account of its own, with a key that is lent', async () => {
  const lent = { accessKeyId: 'AKTPLENT', secretKey: 'lent-secret', sessionToken: 'STS2example' }
  await using other = await openFixture({
    accounts: [{ ...lent, appIds: [appId] }],
    scenes: { 'shop.json': { ...shop, AccountConfig: lent } },
  })
  const call = { action: 'StartVoiceChat', sceneId: 'shop' }
  expect(await other.call(newPerson(), call)).toMatchObject({ Result: 'ok' })
})

test('no answer and no line of the log has a key in it', async () => {
  const ada = newPerson()
  const calls = [await fixture.getScenes(ada), await start(ada), await stop(ada)]
  script = () => ({ answer: { status: 502, body: 'broken' } })
  const failure: unknown = await start(ada).catch((error: unknown) => error)
  const seen = JSON.stringify([calls, failure]) + fixture.log.join('')
  for (const secret of Object.values(secrets)) expect(seen).not.toContain(secret)
  expect(fixture.log.join('')).toContain('"action":"StartVoiceChat","sceneId":"shop","outcome":"ok"')
})

test('calls are counted by what came of them', async () => {
  await start(newPerson())
  const text = await (await fetch(`http://127.0.0.1:${fixture.app.internalPort}/metrics`)).text()
  expect(text).toMatch(/parley_rtc_call_seconds_count\{action="StartVoiceChat",outcome="ok"\} [1-9]/)
})
