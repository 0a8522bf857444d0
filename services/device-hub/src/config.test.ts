import { expect, test } from 'vitest'
import { readHubConfig } from './config.ts'

const least = {
  INTERNAL_TOKEN_SECRET: 'x'.repeat(32),
  DATABASE_URL: 'postgresql://parley@localhost/parley',
  DEVICE_TOKEN_SECRET: 'd'.repeat(32),
  OBJECT_STORE_URL_SECRET: 'o'.repeat(32),
}

test('a first start needs the two secrets and a database', () => {
  expect(readHubConfig(least)).toMatchObject({ publicPort: 8000, activation: 'open', silenceMs: 400 })
  expect(() => readHubConfig({})).toThrow(
    /DEVICE_TOKEN_SECRET[\s\S]*INTERNAL_TOKEN_SECRET|INTERNAL_TOKEN_SECRET[\s\S]*DEVICE_TOKEN_SECRET/,
  )
})

test('what signs device credentials may go by its older name', () => {
  const { DEVICE_TOKEN_SECRET, ...others } = least
  const read = readHubConfig({ ...others, AUTH_KEY: 'a'.repeat(32) })
  expect(read.deviceTokenSecret.reveal()).toBe('a'.repeat(32))
  expect(readHubConfig({ ...least, AUTH_KEY: 'a'.repeat(32) }).deviceTokenSecret.reveal()).toBe(DEVICE_TOKEN_SECRET)
  expect(() => readHubConfig({ ...others, AUTH_KEY: 'short' })).toThrow(/AUTH_KEY/)
})
