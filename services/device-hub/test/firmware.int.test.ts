import { createHash } from 'node:crypto'
import { deviceFirmware, type FirmwareRelease } from '@parley/contracts'
import { openObjectStore } from '@parley/object-store'
import { createLogger } from '@parley/service-kit'
import { callAs, newPerson } from '@parley/test-caller'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { objectsOf } from './objects.ts'
import { openRealScene, type RealScene } from './real-scene.ts'

const stack = new AsyncDisposableStack()
let scene: RealScene
let store: Awaited<ReturnType<typeof openObjectStore>>
const operator = { ...newPerson(), kind: 'admin' as const, scopes: ['admin'] }

beforeAll(async () => {
  scene = stack.use(await openRealScene())
  const log = createLogger({ service: 'test', level: 'silent' })
  store = stack.use(await openObjectStore(objectsOf(scene.corner), { log }))
})
afterAll(() => stack.disposeAsync())

function image(version: string, { chip = 9, bytes = 200_000 } = {}): Buffer {
  const data = Buffer.alloc(bytes, version)
  data.fill(0, 0, 288)
  data[0] = 0xe9
  data.writeUInt16LE(chip, 12)
  data.writeUInt32LE(0xabcd5432, 32)
  data.write(version, 48, 'latin1')
  return data
}

const put = async (body: Buffer, kind = 'firmware') =>
  (
    await store.put({
      retention: 'permanent',
      name: 'a.bin',
      contentType: 'application/octet-stream',
      body,
      metadata: { kind },
    })
  ).key
const add = async (body: Buffer, about: object = {}) => {
  const imageKey = await put(body)
  const given = { imageKey, boardType: 'lamp', layout: 'v2' as const, ...about }
  return { imageKey, release: callAs(operator, () => bus().request(deviceFirmware.addFirmware, given)) }
}
const bus = () => scene.bus
const rollOut = (releaseId: string, changes: object): Promise<FirmwareRelease> =>
  callAs(operator, () => bus().request(deviceFirmware.rollOut, { releaseId, ...changes }))

const report = (version: string, boardType = 'lamp', about: object = {}) => ({
  application: { version },
  chip_model_name: 'esp32s3',
  board: { type: boardType },
  partition_table: [{ label: 'ota_0' }, { label: 'assets' }],
  ...about,
})
const start = async (deviceId: string, version: string, boardType?: string, about?: object) =>
  (await scene.enrol(deviceId, report(version, boardType, about))).body.firmware
const installed = async (deviceId: string) => {
  const { devices } = await callAs(operator, () => bus().request(deviceFirmware.listInstalled, { limit: 100 }))
  return devices.find((device) => device.deviceId === deviceId)
}

describe('an image', () => {
  test('is rolled out by share, downloaded whole, installed, and never taken back', async () => {
    const body = image('2.5.0')
    const { releaseId, ...release } = await (await add(body, { boardType: 'board-a' })).release
    expect(release).toMatchObject({ version: '2.5.0', size: body.length, percent: 0, paused: false, outcomes: {} })
    expect(release.sha256).toBe(createHash('sha256').update(body).digest('hex'))
    const ids = Array.from({ length: 40 }, () => scene.newDeviceId())
    const offers = async () =>
      Promise.all(ids.map(async (id) => (await start(id, '2.4.2', 'board-a')).url !== '')).then(
        (all) => all.filter(Boolean).length,
      )
    expect(await offers()).toBe(0)
    await rollOut(releaseId, { percent: 50 })
    const half = await offers()
    expect(half).toBeGreaterThan(8)
    expect(half).toBeLessThan(32)
    expect(await offers()).toBe(half)
    await rollOut(releaseId, { paused: true })
    expect(await offers()).toBe(0)
    await rollOut(releaseId, { paused: false, percent: 100 })
    expect(await offers()).toBe(40)

    const [deviceId = ''] = ids
    const { version, url } = await start(deviceId, '2.4.2', 'board-a')
    expect(version).toBe('2.5.0')
    expect(new URL(url).pathname).not.toContain(':')
    const response = await fetch(url)
    expect([response.status, response.headers.get('content-length')]).toEqual([200, String(body.length)])
    expect(response.headers.get('transfer-encoding')).toBeNull()
    expect(response.headers.get('content-encoding')).toBeNull()
    expect(Buffer.from(await response.arrayBuffer()).equals(body)).toBe(true)
    await expect.poll(async () => (await installed(deviceId))?.firmware?.state).toBe('downloaded')

    expect(await start(deviceId, '2.5.0', 'board-a')).toEqual({ version: '2.5.0', url: '' })
    expect(await installed(deviceId)).toMatchObject({
      firmware: { version: '2.5.0', state: 'installed' },
      layout: 'v2',
    })
    expect(await start(deviceId, '2.6.0', 'board-a')).toEqual({ version: '2.6.0', url: '' })
    const { releases } = await callAs(operator, () =>
      bus().request(deviceFirmware.listFirmware, { boardType: 'board-a', limit: 5 }),
    )
    expect(releases).toMatchObject([{ releaseId, outcomes: { installed: 1, offered: 39 } }])
  })

  test('that a device comes back without is not offered to it again', async () => {
    const { releaseId } = await (await add(image('3.0.0'), { boardType: 'board-b' })).release
    await rollOut(releaseId, { percent: 100 })
    const deviceId = scene.newDeviceId()
    const { url } = await start(deviceId, '2.0.0', 'board-b')
    await (await fetch(url)).arrayBuffer()
    await expect.poll(async () => (await installed(deviceId))?.firmware?.state).toBe('downloaded')
    expect((await start(deviceId, '2.0.0', 'board-b')).url).toBe('')
    expect(await installed(deviceId)).toMatchObject({ firmware: { version: '3.0.0', state: 'refused' } })
  })

  test('is for its board, its layout, its chip and its channel', async () => {
    const { releaseId } = await (await add(image('3.0.0'), { boardType: 'board-c', channel: 'beta' })).release
    await rollOut(releaseId, { percent: 100 })
    const url = async (about?: object, board = 'board-c') =>
      (await start(scene.newDeviceId(), '1.0.0', board, about)).url
    expect(await url()).toBe('')
    await rollOut(releaseId, { channel: 'stable' })
    expect(await url()).not.toBe('')
    expect(await url({}, 'board-d')).toBe('')
    expect(await url({ partition_table: [{ label: 'ota_0' }] })).toBe('')
    expect(await url({ partition_table: undefined })).toBe('')
    expect(await url({ chip_model_name: 'esp32c3' })).toBe('')
  })

  test('can be downloaded on after a break; only by whom it was offered to', async () => {
    const body = image('4.0.0')
    const { releaseId } = await (await add(body, { boardType: 'board-e' })).release
    await rollOut(releaseId, { percent: 100 })
    const deviceId = scene.newDeviceId()
    const { url } = await start(deviceId, '1.0.0', 'board-e')
    const first = await fetch(url, { headers: { range: 'bytes=0-99999' } })
    const etag = first.headers.get('etag') ?? ''
    expect([first.status, first.headers.get('content-range')]).toEqual([206, `bytes 0-99999/${body.length}`])
    const half = Buffer.from(await first.arrayBuffer())
    expect((await installed(deviceId))?.firmware?.state).toBe('offered')
    const second = await fetch(url, { headers: { range: 'bytes=100000-', 'if-range': etag } })
    const rest = Buffer.from(await second.arrayBuffer())
    expect(Buffer.concat([half, rest]).equals(body)).toBe(true)
    await expect.poll(async () => (await installed(deviceId))?.firmware?.state).toBe('downloaded')
    expect((await fetch(url, { headers: { range: 'bytes=5-', 'if-range': '"another"' } })).status).toBe(200)
    expect((await fetch(url, { headers: { 'if-none-match': etag } })).status).toBe(304)
    const head = await fetch(url, { method: 'HEAD' })
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(body.length)])

    const stolen = url.replace(deviceId.replaceAll(':', ''), scene.newDeviceId().replaceAll(':', ''))
    for (const wrong of [stolen, url.replace(releaseId, crypto.randomUUID()), url.replace('.bin', 'x.bin')])
      expect((await fetch(wrong)).status).toBe(404)
    await callAs(operator, () => bus().request(deviceFirmware.removeFirmware, { releaseId }))
    expect((await fetch(url)).status).toBe(404)
  })

  test.each([
    ['no image', () => Buffer.alloc(1_000, 'x')],
    ['too short', () => image('1.0.0').subarray(0, 200)],
    ['of a version that crashes devices', () => image('v1.0.0')],
  ])('is refused and deleted: %s', async (_what, make) => {
    const { imageKey, release } = await add(make())
    await expect(release).rejects.toMatchObject({ code: 'bad-request' })
    expect(await store.head(imageKey)).toBeUndefined()
  })

  test('comes once for a board, layout and version', async () => {
    await (
      await add(image('9.0.0'))
    ).release
    const { imageKey, release } = await add(image('9.0.0'))
    await expect(release).rejects.toMatchObject({ code: 'conflict' })
    expect(await store.head(imageKey)).toBeUndefined()
  })

  test('is not what somebody uploaded for another purpose', async () => {
    const imageKey = await put(image('9.1.0'), 'avatar')
    const given = { imageKey, boardType: 'lamp', layout: 'v2' as const }
    const adding = callAs(operator, () => bus().request(deviceFirmware.addFirmware, given))
    await expect(adding).rejects.toMatchObject({ code: 'not-found' })
    expect(await store.head(imageKey)).toBeDefined()
  })
})
