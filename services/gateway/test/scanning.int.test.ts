import { readdir } from 'node:fs/promises'
import { authAccount } from '@parley/contracts'
import { eicar, startClamdFake, type ClamdFake } from '@parley/testkit/clamd-fake'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createClamdScan } from '../src/providers/clamd.ts'
import { openGateway, type GatewayFixture } from './fixture.ts'

const stack = new AsyncDisposableStack()
let clamd: ClamdFake
let edge: GatewayFixture
beforeAll(async () => {
  clamd = stack.use(await startClamdFake({ mostBytes: 300_000 }))
  edge = stack.use(await openGateway({ UPLOAD_SCAN_URL: clamd.url }))
  edge.bus.handle(authAccount.keepFile, () => ({}))
  await edge.bus.flush()
})
afterAll(() => stack.disposeAsync())

async function* pieces(...given: (string | Uint8Array)[]) {
  for (const piece of given) yield Buffer.from(piece)
}
const never = new AbortController().signal
const collect = async (file: AsyncIterable<Uint8Array>) => Buffer.concat(await Array.fromAsync(file))

/** @param size in pixels, of noise: about three bytes each */
async function picture(size = 8): Promise<FormData> {
  const noise = { type: 'gaussian', mean: 128, sigma: 30 } as const
  const image = await sharp({ create: { width: size, height: size, channels: 3, noise, background: 'red' } })
    .png()
    .toBuffer()
  const form = new FormData()
  form.set('file', new Blob([new Uint8Array(image)]), 'a.png')
  return form
}
const filesOf = async () => {
  const found = await readdir(edge.folder, { recursive: true, withFileTypes: true })
  return found.filter((entry) => entry.isFile()).map(({ name }) => name)
}

describe('a file', () => {
  test('that is harmless comes through as it is', async () => {
    const large = Buffer.alloc(200_000, 7)
    const scan = createClamdScan({ url: clamd.url })
    expect(await collect(scan(pieces('begin', large, 'end'), never))).toEqual(
      Buffer.concat([Buffer.from('begin'), large, Buffer.from('end')]),
    )
    expect(clamd.files.at(-1)).toHaveLength(200_008)
    expect(clamd.wrong).toEqual([])
  })

  test.each([
    ['is found to be bad', [eicar.slice(0, 20), eicar.slice(20)], 'bad-request'],
    ['is larger than what is checked', [Buffer.alloc(400_000)], 'too-large'],
  ])('that %s fails before its end', async (_what, given, code) => {
    const scan = createClamdScan({ url: clamd.url })
    await expect(collect(scan(pieces(...given), never))).rejects.toMatchObject({ code })
  })

  test.each([
    ['is not there', 'clamd://127.0.0.1:1'],
    ['says nothing', undefined],
  ])('is not let through when the scanner %s', async (_what, url) => {
    await using silent = await startClamdFake()
    silent.silence()
    const scan = createClamdScan({ url: url ?? silent.url, timeoutMs: 50 })
    await expect(collect(scan(pieces('harmless'), never))).rejects.toMatchObject({ code: 'unavailable' })
  })
})

test('an upload is looked at before it is there', async () => {
  const { token } = edge.logIn()
  const before = clamd.files.length
  const response = await edge.call('/files/upload', { token, body: await picture() })
  expect(response.status).toBe(201)
  expect(clamd.files.length).toBe(before + 1)
  const { path } = (await response.json()) as { path: string }
  expect((await edge.call(path, { token })).status).toBe(200)
})

test('an upload that is refused leaves nothing', async () => {
  const { token } = edge.logIn()
  const before = await filesOf()
  const response = await edge.call('/files/upload', { token, body: await picture(500) })
  expect([response.status, await response.json()]).toMatchObject([413, { code: 'too-large' }])
  expect(await filesOf()).toEqual(before)
})

test('an upload that cannot be looked at leaves nothing', async () => {
  const { token } = edge.logIn()
  const before = await filesOf()
  clamd.silence()
  await clamd[Symbol.asyncDispose]()
  const response = await edge.call('/files/upload', { token, body: await picture() })
  expect([response.status, await response.json()]).toMatchObject([503, { code: 'unavailable', retryable: true }])
  expect(await filesOf()).toEqual(before)
})
