import { connectDevice, speakPackets, type VirtualDevice } from '@parley/testkit/device'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newDeviceId, startPlatform, type Platform } from '../platform.ts'
import { logIn, openApi, signUp } from './api.ts'
import { enrol, outline, pairingCodeOf, pushToTalk, sentencesOf, type, wholeTurn } from './helpers.ts'

let platform: Platform
const stack = new AsyncDisposableStack()

beforeAll(async () => {
  platform = stack.use(await startPlatform({ TIME_ZONE: 'Asia/Shanghai' }))
})
afterAll(() => stack.disposeAsync())

async function connect(): Promise<VirtualDevice & { deviceId: string }> {
  const deviceId = newDeviceId()
  const token = await enrol(platform.otaUrl, deviceId)
  const device = await connectDevice({ url: platform.websocketUrl, deviceId, clientId: 'one', token })
  return Object.assign(device, { deviceId })
}

const answerTo = async (device: VirtualDevice, text: string) => {
  const from = device.position
  type(device, text)
  return sentencesOf(await wholeTurn(device, from)).join(' ')
}

test('a timer is set aloud, with no key, and heard when it is up', async () => {
  await using device = await connect()
  const from = device.position
  pushToTalk(device, await speakPackets('set a timer for three seconds'))
  const set = await wholeTurn(device, from)
  expect(sentencesOf(set).join(' ')).toBe('The timer is set for 3 seconds.')
  const next = device.position
  const up = await wholeTurn(device, next)
  expect(sentencesOf(up)).toEqual(['Your timer is up.'])
  expect(outline(up)).toEqual(['alert', 'start', 'sentence', 'audio', 'stop'])
})

test('in Chinese as well', async () => {
  await using device = await connect()
  expect(await answerTo(device, '定一个两秒的计时器')).toBe('2秒的计时器已经设好了。')
  const up = await device.message('alert')
  expect(up.body).toMatchObject({ status: '计时器', message: '计时时间到了。' })
})

test('an alarm that is set aloud is in the app, and is cancelled there', async () => {
  await using device = await connect()
  const open = openApi(platform.apiUrl)
  await signUp(open, 'ada')
  const ada = await logIn(open, 'ada')
  await ada.call('POST', '/api/device/bind', { code: await pairingCodeOf(device) })
  expect(await answerTo(device, 'wake me up at seven thirty every weekday')).toBe('The alarm is set for 07:30.')
  expect(await answerTo(device, 'what alarms are set')).toBe('An alarm, at 07:30.')
  const path = `/api/v1/devices/${device.deviceId}/alarms`
  const { body } = await ada.call('GET', path)
  const [alarm] = (body as { alarms: { alarmId: string; dueAt: string }[] }).alarms
  expect(alarm).toMatchObject({ kind: 'alarm', repeats: 'weekdays', timeZone: 'Asia/Shanghai' })
  expect(alarm?.dueAt).toMatch(/T23:30:00\.000Z$/)
  expect((await ada.call('DELETE', `${path}/${alarm?.alarmId}`)).status).toBe(200)
  expect(await answerTo(device, 'cancel the alarm')).toBe('Nothing like that is set.')
})
