import { createLogger, openHealth, readConfig } from '@parley/service-kit'
import { startOssFake } from '@parley/testkit/oss-fake'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { objectStoreVariables, openObjectStore, toObjectStoreConfig, type ObjectStore } from '../src/index.ts'

const log = createLogger({ service: 'test', level: 'silent' })

function configOf(environment: Record<string, string>) {
  return toObjectStoreConfig(readConfig(objectStoreVariables(), environment))
}

async function roundTrip(store: ObjectStore): Promise<string> {
  const object = { name: 'a.txt', contentType: 'text/plain', body: Buffer.from('hello') }
  const { key } = await store.put({ retention: 'permanent', ...object })
  const opened = await store.get(key)
  return opened ? String(await buffer(opened.body)) : 'nothing'
}

test('a disk, from the environment: readiness looks at it', async () => {
  await using stack = new AsyncDisposableStack()
  const root = stack.adopt(await mkdtemp(join(tmpdir(), 'parley-objects-')), (path) =>
    rm(path, { recursive: true, force: true }),
  )
  const health = stack.use(await openHealth({ port: 0 }))
  const config = configOf({ PARLEY_DATA_DIR: root, OBJECT_STORE_URL_SECRET: 'x'.repeat(32) })
  const store = stack.use(await openObjectStore(config, { log, health }))
  expect(await roundTrip(store)).toBe('hello')
  expect((await health.read()).checks).toEqual({ 'object-store': 'ok' })
  await rm(root, { recursive: true })
  expect((await health.read()).checks['object-store']).not.toBe('ok')
})

test('OSS, from the environment: readiness does not depend on it', async () => {
  await using stack = new AsyncDisposableStack()
  const fake = stack.use(await startOssFake())
  const health = stack.use(await openHealth({ port: 0 }))
  const config = configOf({
    ALIYUN_OSS_ACCESS_KEY_ID: fake.accessKeyId,
    ALIYUN_OSS_ACCESS_KEY_SECRET: fake.accessKeySecret,
    ALIYUN_OSS_BUCKET: fake.bucket,
    ALIYUN_OSS_ENDPOINT: fake.endpoint,
    ALIYUN_OSS_HOST: fake.publicHost,
    ALIYUN_OSS_REGION: fake.region,
  })
  const store = stack.use(await openObjectStore(config, { log, health }))
  expect(await roundTrip(store)).toBe('hello')
  expect([...fake.objects.keys()][0]).toMatch(/^parley\/permanent\/\d{8}\//)
  expect((await health.read()).checks).toEqual({})
})
