import { ConfigError, readConfig } from '@parley/service-kit'
import { describe, expect, test } from 'vitest'
import { objectStoreVariables, toObjectStoreConfig } from './config.ts'

const secret = 'x'.repeat(32)
const oss = {
  ALIYUN_OSS_ACCESS_KEY_ID: 'id',
  ALIYUN_OSS_ACCESS_KEY_SECRET: 'hidden',
  ALIYUN_OSS_BUCKET: 'my-bucket',
  ALIYUN_OSS_ENDPOINT: 'oss-cn-hangzhou.aliyuncs.com',
}

function choose(environment: Record<string, string>) {
  return toObjectStoreConfig(readConfig(objectStoreVariables(), environment))
}

function problemsOf(environment: Record<string, string>): string[] {
  try {
    choose(environment)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
  }
  return []
}

describe('disk', () => {
  test('is what there is when nothing is said', () => {
    expect(choose({ OBJECT_STORE_URL_SECRET: secret })).toMatchObject({
      provider: 'disk',
      dir: 'data/objects',
      publicUrl: 'http://127.0.0.1:8080',
      timeoutMs: 15_000,
    })
  })

  test('is in the directory that is named, else where Parley keeps its data', () => {
    const given = { OBJECT_STORE_URL_SECRET: secret, PARLEY_DATA_DIR: '/var/parley' }
    expect(choose(given)).toMatchObject({ dir: '/var/parley/objects' })
    expect(choose({ ...given, OBJECT_STORE_DIR: '/mnt/files' })).toMatchObject({ dir: '/mnt/files' })
  })

  test('says what it lacks, and asks for nothing of OSS', () => {
    expect(problemsOf({})).toEqual(['OBJECT_STORE_URL_SECRET is not set, and the object store disk needs it'])
    expect(problemsOf({ OBJECT_STORE_URL_SECRET: 'short' })).toEqual([
      'OBJECT_STORE_URL_SECRET is set but not usable: 32 characters at least',
    ])
  })
})

describe('oss', () => {
  test('is chosen by its bucket, unless disk is', () => {
    expect(choose(oss)).toMatchObject({
      provider: 'oss',
      endpoint: 'https://oss-cn-hangzhou.aliyuncs.com',
      region: 'cn-hangzhou',
      publicHost: undefined,
      baseDir: 'parley',
    })
    expect(choose({ ...oss, OBJECT_STORE: 'disk', OBJECT_STORE_URL_SECRET: secret })).toMatchObject({
      provider: 'disk',
    })
  })

  test.each([
    ['oss-cn-shanghai-internal.aliyuncs.com', {}, 'cn-shanghai'],
    ['https://oss-ap-southeast-1.aliyuncs.com', {}, 'ap-southeast-1'],
    ['http://files.example', {}, undefined],
    ['oss-accelerate.aliyuncs.com', {}, undefined],
    ['files.example', { ALIYUN_OSS_REGION: 'oss-cn-beijing' }, 'cn-beijing'],
  ])('%s with %o is in the region %s', (ALIYUN_OSS_ENDPOINT, more, region) => {
    expect(choose({ ...oss, ALIYUN_OSS_ENDPOINT, ...more })).toMatchObject({ region })
  })

  test('takes the host and the base directory as older deployments write them', () => {
    const config = choose({ ...oss, ALIYUN_OSS_HOST: 'cdn.example', ALIYUN_OSS_AUDIO_BASE_DIR: '/media/audio/' })
    expect(config).toMatchObject({ publicHost: 'https://cdn.example', baseDir: 'media/audio' })
  })

  test('says all that it lacks at once', () => {
    expect(problemsOf({ OBJECT_STORE: 'oss' })).toEqual(
      Object.keys(oss).map((name) => `${name} is not set, and the object store oss needs it`),
    )
  })

  test('needs a host name for its URLs', () => {
    const address = { ...oss, ALIYUN_OSS_ENDPOINT: 'http://10.0.0.1' }
    expect(problemsOf(address)).toEqual([expect.stringContaining('ALIYUN_OSS_HOST')])
    expect(problemsOf({ ...address, ALIYUN_OSS_HOST: 'cdn.example' })).toEqual([])
  })

  test.each(['../up', 'a//b', 'a b'])('is not under %j', (ALIYUN_OSS_AUDIO_BASE_DIR) => {
    expect(problemsOf({ ...oss, ALIYUN_OSS_AUDIO_BASE_DIR })).toEqual([
      expect.stringContaining('ALIYUN_OSS_AUDIO_BASE_DIR'),
    ])
  })
})
