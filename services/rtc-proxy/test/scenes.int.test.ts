import { rtc } from '@parley/contracts'
import { readRtcToken } from '@parley/testkit/rtc-fake'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { appId, newPerson, openFixture, secrets, type Fixture } from './fixture.ts'

let fixture: Fixture
beforeAll(async () => {
  fixture = await openFixture()
})
afterAll(() => fixture[Symbol.asyncDispose]())

test('the scenes come as the front end reads them, with a room of the caller and no key', async () => {
  const ada = newPerson()
  const [museum, shop, ...more] = await fixture.getScenes(ada)
  expect(more).toEqual([])
  expect(museum?.scene).toMatchObject({ id: 'museum', name: 'Museum' })
  expect(shop).toEqual({
    scene: {
      id: 'shop',
      icon: 'https://example.com/shop.png',
      name: 'Shop',
      questions: ['What is new?'],
      botName: 'ShopBot',
      isInterruptMode: true,
      isVision: false,
      isScreenMode: false,
      isAvatarScene: false,
    },
    rtc: { AppId: appId, RoomId: `room_${ada.userId}_shop`, UserId: ada.userId, Token: expect.any(String) },
  })
})

test('a token lets its user speak and listen in its room, for two hours', async () => {
  const ada = newPerson()
  for (const { rtc } of await fixture.getScenes(ada)) {
    const token = readRtcToken(rtc.Token, secrets.VOLCENGINE_APP_KEY)
    expect(token).toMatchObject({ appId, roomId: rtc.RoomId, userId: rtc.UserId })
    expect(token.expireAt - token.issuedAt).toBe(7_200)
    expect(Math.abs(token.issuedAt - Date.now() / 1_000)).toBeLessThan(60)
    const { expireAt } = token
    expect(token.privileges).toEqual({ 0: expireAt, 1: expireAt, 2: expireAt, 3: expireAt, 4: expireAt })
  }
})

test('a session is kept for longer than its token, and asked for again it is the same with another token', async () => {
  const ada = newPerson()
  const key = `rtc:session:${ada.userId}:shop`
  const [, first] = await fixture.getScenes(ada)
  const session = await fixture.redis.get(key)
  await fixture.redis.expire(key, 60)
  const [, second] = await fixture.getScenes(ada)
  expect(await fixture.redis.get(key)).toBe(session)
  expect(await fixture.redis.ttl(key)).toBeGreaterThan(7_200)
  expect(second?.rtc).toMatchObject({ RoomId: first?.rtc.RoomId, UserId: first?.rtc.UserId })
  expect(second?.rtc.Token).not.toBe(first?.rtc.Token)
})

test('two people are in two rooms, and one person in as many as there are scenes', async () => {
  const rooms = [...(await fixture.getScenes(newPerson())), ...(await fixture.getScenes(newPerson()))]
  expect(new Set(rooms.map(({ rtc }) => rtc.RoomId)).size).toBe(4)
})

test('at the same time, one session is made', async () => {
  const ada = newPerson()
  const answers = await Promise.all(Array.from({ length: 5 }, () => fixture.getScenes(ada)))
  expect(new Set(answers.flat().map(({ rtc }) => rtc.RoomId)).size).toBe(2)
})

test('what is no session of this version is made anew', async () => {
  const ada = newPerson()
  await fixture.redis.set(`rtc:session:${ada.userId}:shop`, '{"RoomId":"older"}')
  const [, shop] = await fixture.getScenes(ada)
  expect(shop?.rtc.RoomId).toBe(`room_${ada.userId}_shop`)
})

test('they are for people: a service by itself gets none', async () => {
  await expect(fixture.bus.request(rtc.getScenes, {})).rejects.toMatchObject({ code: 'forbidden' })
  const call = { action: 'StopVoiceChat', sceneId: 'museum' }
  await expect(fixture.bus.request(rtc.call, call)).rejects.toMatchObject({ code: 'forbidden' })
})

test('without scenes there are none, and the service is ready', async () => {
  await using empty = await openFixture({ environment: { RTC_SCENES_DIR: '' } })
  expect(await empty.getScenes(newPerson())).toEqual([])
  const readiness = await fetch(`http://127.0.0.1:${empty.app.internalPort}/readyz`)
  expect(await readiness.json()).toMatchObject({ status: 'ready', checks: { nats: 'ok', redis: 'ok' } })
})

test('a scene that is wrong is said at the start', async () => {
  const scenes = { 'shop.json': { SceneConfig: { icon: 'i', name: 'n' } } }
  await expect(openFixture({ scenes })).rejects.toThrow(/shop\.json: VoiceChat: /)
})
