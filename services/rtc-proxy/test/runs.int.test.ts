import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { chat, device, Problem, rtc, type Identity, type RoomReplyPart } from '@parley/contracts'
import { connectBus } from '@parley/bus'
import { createIdentities, Secret } from '@parley/service-kit'
import { callAs } from '@parley/test-caller'
import { internalTokenSecret } from '@parley/testkit'
import { createLlmCaller, createMessageSender, readRtcToken, type RtcFakeScript } from '@parley/testkit/rtc-fake'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { appId, newPerson, openFixture, parley, secrets, shop, type Answer, type Fixture } from './fixture.ts'

const asGateway: Identity = { kind: 'service', service: 'gateway' }
const question = { messages: [{ role: 'user', content: 'hello' }] }
const answer: RoomReplyPart[] = [
  { type: 'started', conversationId: crypto.randomUUID(), provider: 'p' },
  { type: 'text-delta', text: 'Hi.' },
  { type: 'finished', reason: 'stop' },
]

/** A fixture whose conversation is a stand-in, with what was closed in it. */
async function openWithMind(settings: Parameters<typeof openFixture>[0] = {}) {
  const fixture = await openFixture({
    callbacks: true,
    scenes: { 'parley.json': parley, 'shop.json': shop },
    ...settings,
  })
  const closed: string[] = []
  fixture.bus.handle(chat.closeRoom, ({ taskId }) => {
    closed.push(taskId)
    return { closed: true }
  })
  fixture.bus.handle(chat.replyInRoom, async function* () {
    yield* answer
  })
  await fixture.bus.flush()
  return Object.assign(fixture, { closed })
}
const start = (fixture: Fixture, person = newPerson(), sceneId = 'parley') =>
  fixture.call(person, { action: 'StartVoiceChat', sceneId })

describe('a forgotten run', () => {
  test('is stopped by one of the instances, once, and its conversation closed', async () => {
    await using fixture = await openWithMind({ environment: { RTC_CALL_MAX_S: '1', RTC_SWEEP_EVERY_S: '1' } })
    await using _other = await fixture.openInstance()
    const person = newPerson()
    await start(fixture, person)
    const [task] = fixture.vendor.tasks
    await expect.poll(() => fixture.vendor.tasks, { timeout: 8_000 }).toEqual([])
    await expect.poll(() => fixture.closed).toEqual([task?.taskId])
    const told = () => fixture.log.filter((line) => line.includes('"reason":"forgotten"'))
    await expect.poll(told).toHaveLength(1)
    expect(fixture.vendor.calls.filter(({ action }) => action === 'StopVoiceChat')).toHaveLength(1)
    expect(await start(fixture, person)).toMatchObject({ Result: 'ok' })
  })

  test('is one of which nothing is heard: words keep it', async () => {
    await using fixture = await openWithMind({ environment: { RTC_CALL_IDLE_S: '2', RTC_SWEEP_EVERY_S: '1' } })
    const [silent, talking] = [newPerson(), newPerson()]
    await start(fixture, silent)
    await start(fixture, talking)
    const task = fixture.vendor.tasks.find(({ roomId }) => roomId.includes(talking.userId))
    if (!task) throw new Error('no task')
    const sender = createMessageSender(task)
    await expect
      .poll(
        async () => {
          await sender.state(1, 0)
          return fixture.vendor.tasks.map(({ roomId }) => roomId)
        },
        { timeout: 8_000, interval: 200 },
      )
      .toEqual([task.roomId])
  })

  test('that cannot be stopped is due again', async () => {
    let refusals = 2
    const script = ({ action }: { action: string }): RtcFakeScript | undefined =>
      action === 'StopVoiceChat' && refusals-- > 0 ? { error: { code: 'FlowLimitExceeded' } } : undefined
    await using fixture = await openWithMind({ environment: { RTC_CALL_MAX_S: '1', RTC_SWEEP_EVERY_S: '1' }, script })
    await start(fixture)
    await expect.poll(() => refusals, { timeout: 8_000 }).toBe(1)
    // As if the minute were over in which it is left alone.
    const [taskId = ''] = await fixture.redis.zrange('rtc:runs', '0', '-1')
    await fixture.redis.zadd('rtc:runs', 1, taskId)
    await expect.poll(() => refusals, { timeout: 8_000 }).toBe(0)
    await fixture.redis.zadd('rtc:runs', 1, taskId)
    await expect.poll(() => fixture.vendor.tasks, { timeout: 8_000 }).toEqual([])
    await expect.poll(() => fixture.redis.zcard('rtc:runs')).toBe(0)
  })

  test('whose record has gone is forgotten by the sweeper, too', async () => {
    await using fixture = await openWithMind({ environment: { RTC_SWEEP_EVERY_S: '1' } })
    await fixture.redis.zadd('rtc:runs', 1, 'task_gone')
    await expect.poll(() => fixture.redis.zcard('rtc:runs'), { timeout: 5_000 }).toBe(0)
  })
})

test('so many talk at a time; who stops makes room', async () => {
  await using fixture = await openWithMind({ environment: { RTC_MAX_CALLS: '1' } })
  const [ada, grace] = [newPerson(), newPerson()]
  await start(fixture, ada)
  await expect(start(fixture, grace)).rejects.toMatchObject({ code: 'overloaded' })
  expect(fixture.vendor.tasks).toHaveLength(1)
  await fixture.call(ada, { action: 'StopVoiceChat', sceneId: 'parley' })
  expect(await start(fixture, grace)).toMatchObject({ Result: 'ok' })
})

test('a start that the vendor refuses leaves nothing behind', async () => {
  await using fixture = await openWithMind({ script: () => ({ error: { code: 'AccessDenied' } }) })
  expect((await start(fixture)).ResponseMetadata.Error?.Code).toBe('AccessDenied')
  expect(await fixture.redis.zcard('rtc:runs')).toBe(0)
})

test('a stop closes the conversation, even when the vendor cannot be asked', async () => {
  const script = ({ action }: { action: string }): RtcFakeScript | undefined =>
    action === 'StopVoiceChat' ? { answer: { status: 503, body: 'later' } } : undefined
  await using fixture = await openWithMind({ script })
  const person = newPerson()
  await start(fixture, person)
  const [task] = fixture.vendor.tasks
  if (!task) throw new Error('no task')
  const stopping = fixture.call(person, { action: 'StopVoiceChat', sceneId: 'parley' })
  await expect(stopping).rejects.toMatchObject({ code: 'provider-failed' })
  expect(fixture.closed).toEqual([task.taskId])
  expect((await createLlmCaller(task).post(question)).status).toBe(401)
})

describe('guests', () => {
  const scenesFor = (fixture: Fixture, identity: Identity, guest?: string) =>
    callAs(identity, async () => (await fixture.bus.request(rtc.getScenes, { guest })).scenes)
  const roomFor = async (fixture: Fixture, guest: string) => (await scenesFor(fixture, asGateway, guest))[0]?.rtc.RoomId

  test('have sessions of their own by their address, of which their names tell nothing', async () => {
    await using fixture = await openWithMind({ environment: { RTC_DEMO: 'open' } })
    const room = await roomFor(fixture, '192.0.2.1')
    expect(room).toMatch(/^room_guest-[0-9a-f]{32}$/)
    expect(await roomFor(fixture, '192.0.2.1')).toBe(room)
    expect(await roomFor(fixture, '192.0.2.2')).not.toBe(room)
    expect(fixture.log.join('')).toContain('RTC_DEMO is open')

    const call = { action: 'StartVoiceChat', sceneId: 'parley', guest: '192.0.2.1' }
    const { answer } = await callAs(asGateway, () => fixture.bus.request(rtc.call, call))
    expect((answer as Answer).Result).toBe('ok')
    const [task] = fixture.vendor.tasks
    if (!task) throw new Error('no task')
    expect(task.roomId).toBe(room)
    expect((await createLlmCaller(task).ask('Hello')).text).toBe('Hi.')
    expect(await createMessageSender(task).state(1, 0)).toBe(200)
  })

  test('come from the gateway alone, and a person stays who they are', async () => {
    await using fixture = await openWithMind({ environment: { RTC_DEMO: 'open' } })
    await expect(scenesFor(fixture, { kind: 'service', service: 'audio' }, '192.0.2.1')).rejects.toMatchObject({
      code: 'forbidden',
    })
    await expect(scenesFor(fixture, asGateway)).rejects.toMatchObject({ code: 'forbidden' })
    const ada = newPerson()
    const [scene] = await scenesFor(fixture, ada, '192.0.2.1')
    expect(scene?.rtc.UserId).toBe(ada.userId)
  })

  test('are not let in where the demo is not open', async () => {
    await using fixture = await openWithMind()
    await expect(scenesFor(fixture, asGateway, '192.0.2.1')).rejects.toMatchObject({ code: 'forbidden' })
    expect(fixture.log.join('')).not.toContain('RTC_DEMO')
  })
})

describe('who calls on the bus is believed by their key', () => {
  let fixture: Fixture
  beforeAll(async () => {
    fixture = await openFixture({ environment: { INTERNAL_TOKEN_SECRET_PREVIOUS: 'the one before '.repeat(4) } })
  })
  afterAll(() => fixture[Symbol.asyncDispose]())

  async function getScenes(secret: string | undefined) {
    const config = { internalTokenSecret: new Secret(secret ?? ''), internalTokenSecretPrevious: undefined }
    await using bus = await connectBus({
      servers: fixture.corner.natsUrl,
      prefix: fixture.corner.subjectPrefix,
      name: 'gateway',
      drainMs: 100,
      ...(secret !== undefined && { identities: createIdentities('gateway', config) }),
      onError: () => undefined,
    })
    return await callAs(newPerson(), () => bus.request(rtc.getScenes, {}))
  }

  test.each([
    ['the one that all services have', internalTokenSecret],
    ['the one from before, while it is changed', 'the one before '.repeat(4)],
  ])('%s', async (_, secret) => {
    expect((await getScenes(secret)).scenes).toHaveLength(2)
  })

  test.each([
    ['another one', 'a secret of somebody else '.repeat(2)],
    ['none', undefined],
  ])('not %s', async (_, secret) => {
    await expect(getScenes(secret)).rejects.toMatchObject({ code: 'unauthorized' })
  })
})

describe('a device', () => {
  const deviceId = 'aa:bb:cc:dd:ee:ff'
  const owner = newPerson()

  async function openWithDevices(ownerId: string | undefined, environment: Record<string, string> = {}) {
    const fixture = await openFixture({ environment })
    fixture.bus.handle(device.authenticate, ({ credential, clientId }) => {
      if (credential !== 'mine' || clientId !== 'one') throw new Problem('unauthorized', 'no')
      return { deviceId, ownerId }
    })
    await fixture.bus.flush()
    const enter = (proof: { credential?: string; clientId?: string } = { credential: 'mine', clientId: 'one' }) =>
      fixture.bus.request(rtc.issueDeviceToken, { deviceId, ...proof })
    return Object.assign(fixture, { enter })
  }

  test('is let into its owner’s room, with a token that is given again for half of its life', async () => {
    await using fixture = await openWithDevices(owner.userId)
    const room = await fixture.enter()
    const [museum] = await fixture.getScenes(owner)
    expect(room).toEqual({
      appId,
      roomId: `room_${owner.userId}`,
      userId: owner.userId,
      taskId: expect.stringMatching(/^task_/),
      token: expect.any(String),
      expiresAt: expect.any(String),
    })
    expect(museum?.rtc.RoomId).toBe(room.roomId)
    const token = readRtcToken(room.token, secrets.VOLCENGINE_APP_KEY)
    expect(token).toMatchObject({ roomId: room.roomId, userId: owner.userId })
    expect(new Date(token.expireAt * 1_000).toISOString()).toBe(room.expiresAt)

    expect((await fixture.enter()).token).toBe(room.token)
    const ttl = await fixture.redis.ttl(`rtc_room:${owner.userId}:${room.taskId}`)
    expect(ttl).toBeGreaterThan(3_500)
    expect(ttl).toBeLessThanOrEqual(3_600)
    await fixture.redis.del(`rtc_room:${owner.userId}:${room.taskId}`)
    expect((await fixture.enter()).token).not.toBe(room.token)
  })

  test('is talked to by the agent that its owner starts', async () => {
    await using fixture = await openWithDevices(owner.userId, { RTC_DEVICE_SCENE: 'shop' })
    const { roomId, taskId } = await fixture.enter()
    await start(fixture, owner, 'shop')
    expect(fixture.vendor.tasks).toMatchObject([
      { roomId, taskId, started: { AgentConfig: { TargetUserId: [owner.userId] } } },
    ])
  })

  test('is refused without proof, without an owner, and where there is nobody to talk to', async () => {
    await using fixture = await openWithDevices(undefined)
    await expect(fixture.enter({})).rejects.toMatchObject({ code: 'unauthorized' })
    await expect(fixture.enter()).rejects.toMatchObject({ code: 'conflict', detail: 'This device has no owner yet' })
    await using empty = await openWithDevices(owner.userId, { RTC_SCENES_DIR: '' })
    await expect(empty.enter()).rejects.toMatchObject({ code: 'conflict' })
  })
})

describe('scenes that change', () => {
  const names = async (fixture: Fixture) => (await fixture.getScenes(newPerson())).map(({ scene }) => scene.name)

  test('are offered at once; a mistake changes nothing and is said', async () => {
    await using fixture = await openFixture({ scenes: { 'shop.json': shop } })
    const file = join(fixture.dir, 'shop.json')
    const renamed = { ...shop, SceneConfig: { ...shop.SceneConfig, name: 'Store' } }
    await writeFile(file, JSON.stringify(renamed))
    await expect.poll(() => names(fixture), { timeout: 5_000 }).toEqual(['Store'])

    await writeFile(join(fixture.dir, 'a.yaml'), 'SceneConfig: {}')
    const wrong = () => fixture.log.filter((line) => line.includes('the scenes are wrong'))
    await expect.poll(wrong, { timeout: 5_000 }).toHaveLength(1)
    expect(wrong()[0]).toContain('a.yaml: VoiceChat')
    expect(await names(fixture)).toEqual(['Store'])
    const metrics = await (await fetch(`http://127.0.0.1:${fixture.app.internalPort}/metrics`)).text()
    expect(metrics).toContain('parley_rtc_scene_reloads_total{outcome="refused"} 1')
    expect(metrics).toContain('parley_rtc_scenes 1')

    await rm(join(fixture.dir, 'a.yaml'))
    await writeFile(join(fixture.dir, 'b.part'), JSON.stringify(shop))
    await rename(join(fixture.dir, 'b.part'), join(fixture.dir, 'b.json'))
    await expect.poll(() => names(fixture), { timeout: 5_000 }).toEqual(['Shop', 'Store'])
  })

  test('a voice chat in one that is gone can still be stopped', async () => {
    await using fixture = await openWithMind({ environment: { RTC_CALL_MAX_S: '2', RTC_SWEEP_EVERY_S: '1' } })
    await start(fixture)
    await rm(join(fixture.dir, 'parley.json'))
    await expect.poll(() => names(fixture), { timeout: 5_000 }).toEqual(['Shop'])
    await expect.poll(() => fixture.vendor.tasks, { timeout: 8_000 }).toEqual([])
  })

  test('two accounts are used each for its own', async () => {
    const other = { accessKeyId: 'AKLTOTHER', secretKey: 'secret-of-the-other', appIds: ['b'.repeat(24)] }
    const account = { accessKeyId: other.accessKeyId, secretKey: other.secretKey }
    await using fixture = await openFixture({
      accounts: [
        { accessKeyId: 'AKLTEXAMPLE0000000000', secretKey: secrets.VOLCENGINE_SECRET_KEY, appIds: [appId] },
        other,
      ],
      scenes: {
        'one.json': shop,
        'two.json': {
          ...shop,
          AccountConfig: account,
          RTCConfig: { AppId: 'b'.repeat(24), AppKey: 'app-key-of-the-other' },
        },
      },
    })
    const person = newPerson()
    expect(await start(fixture, person, 'one')).toMatchObject({ Result: 'ok' })
    expect(await start(fixture, person, 'two')).toMatchObject({ Result: 'ok' })
    expect(fixture.vendor.tasks.map((task) => task.appId)).toEqual(['b'.repeat(24)])
    expect(fixture.log.join('')).not.toMatch(/secret-of-the-other|app-key-of-the-other/)
  })
})

test('the port takes no more when the service goes', async () => {
  const fixture = await openFixture({ callbacks: true })
  const { callbackUrl } = fixture
  await fixture[Symbol.asyncDispose]()
  await expect(fetch(`${callbackUrl}/rtc_callback`, { method: 'POST' })).rejects.toThrow('fetch failed')
})
