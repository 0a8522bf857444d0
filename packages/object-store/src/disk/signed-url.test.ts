import { Secret } from '@parley/service-kit'
import { expect, test } from 'vitest'
import { signFileUrl, verifyFilePath } from './signed-url.ts'

const secret = new Secret('a secret that is for tests only, and long enough')
const key = 'permanent/20261121/0198a0b0-0000-7000-8000-000000000000.png'
const expiresAt = new Date('2026-11-21T12:00:00Z')
const earlier = new Date('2026-11-21T11:59:59Z')
const path = signFileUrl(key, { publicUrl: 'https://api.example/', secret, expiresAt }).slice(
  'https://api.example'.length,
)

test('a signed path gives its key until it expires', () => {
  expect(path).toMatch(`/files/${key}?expires=1795262400&signature=`)
  expect(verifyFilePath(path, { secret, now: earlier })).toBe(key)
  expect(verifyFilePath(path, { secret, now: expiresAt })).toBe(key)
  expect(verifyFilePath(path, { secret, now: new Date('2026-11-21T12:00:01Z') })).toBeUndefined()
})

test.each([
  ['of another key', path.replace('permanent', 'temporary')],
  ['with another time', path.replace('expires=1795262400', 'expires=1795262401')],
  ['without a signature', path.replace(/&.*/, '')],
  ['with an empty signature', path.replace(/signature=.*/, 'signature=')],
  ['with half a signature', path.slice(0, -20)],
  ['of another folder', path.replace('/files/', '/other/')],
  ['that climbs', path.replace('/files/', '/files/../files/')],
  ['that is empty', ''],
])('a path %s gives nothing', (_, tampered) => {
  expect(verifyFilePath(tampered, { secret, now: earlier })).toBeUndefined()
})

test('another secret gives nothing', () => {
  expect(verifyFilePath(path, { secret: new Secret('other'), now: earlier })).toBeUndefined()
})
