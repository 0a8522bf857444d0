import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { logVariables } from './app.ts'
import { readConfig } from './config.ts'
import { identityVariables } from './identities.ts'
import { settingsWithoutUse } from './older-names.ts'
import { redisVariables } from './redis.ts'
import { databaseVariables } from './service-database.ts'

describe('REDIS_LOCATION and REDIS_PASSWORD', () => {
  const read = (environment: Record<string, string>) => readConfig(redisVariables(), environment).redisUrl.reveal()

  test.each([
    [{ REDIS_LOCATION: 'redis://cache:6379/1' }, 'redis://cache:6379/1'],
    [{ REDIS_LOCATION: 'cache:6380' }, 'redis://cache:6380'],
    [{ REDIS_LOCATION: 'redis://cache:6379/1', REDIS_PASSWORD: 'p@ss:word' }, 'redis://:p%40ss%3Aword@cache:6379/1'],
    [{ REDIS_LOCATION: 'redis://:own@cache:6379', REDIS_PASSWORD: 'other' }, 'redis://:own@cache:6379'],
    [{ REDIS_URL: 'redis://new:6379', REDIS_LOCATION: 'redis://old:6379' }, 'redis://new:6379'],
    [{ REDIS_PASSWORD: 'alone' }, 'redis://127.0.0.1:6379'],
  ])('%j is %s', (environment, url) => {
    expect(read(environment as Record<string, string>)).toBe(url)
  })
})

describe('POSTGRESQL_DATABASE_*', () => {
  const read = (environment: Record<string, string>) =>
    readConfig(databaseVariables(), environment).databaseUrl.reveal()
  const all = {
    POSTGRESQL_DATABASE_NAME: 'companion',
    POSTGRESQL_DATABASE_USER: 'app',
    POSTGRESQL_DATABASE_PASSWORD: 'p/w@1',
    POSTGRESQL_DATABASE_HOST: 'db.internal',
    POSTGRESQL_DATABASE_PORT: '6432',
  }

  test('are one URL', () => {
    expect(read(all)).toBe('postgresql://app:p%2Fw%401@db.internal:6432/companion')
    expect(read({ POSTGRESQL_DATABASE_NAME: 'companion' })).toBe('postgresql://postgres@127.0.0.1:5432/companion')
  })

  test('may have their password in a file', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'parley-older-')), 'password')
    await writeFile(file, 'from the file\n')
    const { POSTGRESQL_DATABASE_PASSWORD: _, ...others } = all
    expect(read({ ...others, POSTGRESQL_DATABASE_PASSWORD_FILE: file })).toContain('app:from%20the%20file@db')
  })

  test('may stand in the service’s own YAML file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'parley-older-'))
    await writeFile(join(folder, 'tea.yaml'), 'POSTGRESQL_DATABASE_NAME: companion\n')
    const { databaseUrl } = readConfig(databaseVariables(), { CONFIG_DIR: folder }, { service: 'tea' })
    expect(databaseUrl.reveal()).toContain('/companion')
  })

  test('yield to DATABASE_URL', () => {
    expect(read({ ...all, DATABASE_URL: 'postgresql://new/one' })).toBe('postgresql://new/one')
  })
})

test.each([
  [{ DEBUG: 'True' }, 'debug'],
  [{ SERVICE_DEBUG: '1' }, 'debug'],
  [{ SERVICE_DEBUG: 'false', DEBUG: 'true' }, 'info'],
  [{ DEBUG: 'False' }, 'info'],
  [{ DEBUG: 'true', LOG_LEVEL: 'warn' }, 'warn'],
])('%j means the log level %s', (environment, level) => {
  expect(readConfig(logVariables(), environment as Record<string, string>).logLevel).toBe(level)
})

test.each(['SECRET_KEY', 'JWT_SECRET_KEY'])('%s is the secret of internal identities', (name) => {
  const value = 'x'.repeat(32)
  expect(readConfig(identityVariables(), { [name]: value }).internalTokenSecret.reveal()).toBe(value)
})

test.each([
  ['audio', 'AUDIO_SERVICE_HUOSHAN_BASE_URL'],
  ['gateway', 'ALIYUN_LOG_PROJECT'],
])('%s says that it has no use for %s', (service, name) => {
  expect(settingsWithoutUse(service, { [name]: 'set', PATH: '/bin' })).toEqual([
    { names: [name], what: expect.any(String) as string },
  ])
  expect(settingsWithoutUse(service, { [name]: '' })).toEqual([])
  expect(settingsWithoutUse('device-hub', { [name]: 'set' })).toEqual([])
})
