import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readRtcProxyConfig } from './config.ts'

const least = { INTERNAL_TOKEN_SECRET: 'x'.repeat(32) }

test('nothing has to be set for a start without scenes', () => {
  expect(readRtcProxyConfig(least)).toMatchObject({
    internalPort: 8185,
    rtcScenesDir: undefined,
    rtcOpenapiUrl: 'https://rtc.volcengineapi.com',
    rtcOpenapiVersion: '2024-12-01',
    rtcTokenTtlS: 7_200,
  })
})

test('scenes may refer to the keys and to what is named, also in files, and no config prints them', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'parley-rtc-'))
  try {
    await writeFile(join(dir, 'ark'), 'ark-secret\n')
    const config = readRtcProxyConfig({
      ...least,
      VOLCENGINE_SECRET_KEY: 'volc-secret',
      RTC_SCENE_VARIABLES: 'ARK_KEY, BOT_ID',
      ARK_KEY_FILE: join(dir, 'ark'),
      BOT_ID: 'bot-secret',
    })
    const values = Object.entries(config.sceneVariables).map(([name, value]) => [name, value?.reveal()])
    expect(Object.fromEntries(values)).toEqual({
      ARK_KEY: 'ark-secret',
      BOT_ID: 'bot-secret',
      VOLCENGINE_ACCESS_KEY: undefined,
      VOLCENGINE_SECRET_KEY: 'volc-secret',
      VOLCENGINE_APP_ID: undefined,
      VOLCENGINE_APP_KEY: undefined,
    })
    expect(JSON.stringify(config)).not.toMatch(/(ark|bot|volc)-secret/)
  } finally {
    await rm(dir, { recursive: true })
  }
})

test.each<[what: string, environment: Record<string, string>, named: RegExp]>([
  ['a variable for scenes that is not set', { RTC_SCENE_VARIABLES: 'ARK_KEY' }, /ARK_KEY is not set/],
  ['a name that is none', { RTC_SCENE_VARIABLES: 'ark-key' }, /RTC_SCENE_VARIABLES is "ark-key": names of variables/],
  ['a version that is none', { RTC_OPENAPI_VERSION: 'v2' }, /RTC_OPENAPI_VERSION is "v2": a date such as/],
  ['an address that is none', { RTC_OPENAPI_URL: 'rtc.example' }, /RTC_OPENAPI_URL is "rtc.example": an http/],
])('%s is named', (_, environment, named) => {
  expect(() => readRtcProxyConfig({ ...least, ...environment })).toThrow(named)
})
