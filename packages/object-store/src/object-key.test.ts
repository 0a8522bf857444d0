import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createAgeTest, createObjectKey, dayFolder, isObjectKey } from './object-key.ts'

const retention = fc.constantFrom('permanent' as const, 'temporary' as const)
const day = fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
const nasty = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.constantFrom('..', '/', '\\', '.', '%2e', '\0', 'a', '.png', '.JPG', '\n', '录音'))
    .map((parts) => parts.join('')),
)

test('whatever the name, a key is a safe path of its day', () => {
  fc.assert(
    fc.property(retention, nasty, day, (retention, name, now) => {
      const key = createObjectKey({ retention, name }, now)
      expect(isObjectKey(key)).toBe(true)
      expect(key).toMatch(/^[a-z]+\/\d{8}\/[\da-z-]+(?:\.[\da-z]+)?$/)
      expect(key.startsWith(`${retention}/${dayFolder(now)}/`)).toBe(true)
      expect(new URL(key, 'http://host/files/').pathname).toBe(`/files/${key}`)
    }),
  )
})

test('nothing else is a key', () => {
  fc.assert(
    fc.property(nasty, nasty, (before, after) => {
      const key = createObjectKey({ retention: 'temporary', name: 'a.png' }, new Date())
      fc.pre(before + after !== '' && !/^[\da-z]+$/.test(after))
      expect(isObjectKey(before)).toBe(false)
      expect(isObjectKey(before + key + after)).toBe(false)
    }),
  )
})

test.each([
  ['photo.PNG', '.png'],
  ['archive.tar.gz', '.gz'],
  ['.png', '.png'],
  ['photo', ''],
  ['photo.', ''],
  ['photo.png/', ''],
  ['photo.p\0ng', ''],
  ['photo.averylongone', ''],
])('%j keeps %j', (name, extension) => {
  const key = createObjectKey({ retention: 'permanent', name }, new Date())
  expect(key.slice('permanent/20261121/'.length + 36)).toBe(extension)
})

test('an object is kept for at least so many days, whenever in its day it came', () => {
  fc.assert(
    fc.property(
      day,
      fc.nat({ max: 400 * 86_400_000 }),
      fc.integer({ min: 1, max: 365 }),
      (now, agoMs, olderThanDays) => {
        const isOld = createAgeTest({ olderThanDays, now })(dayFolder(new Date(now.getTime() - agoMs)))
        if (agoMs <= olderThanDays * 86_400_000) expect(isOld).toBe(false)
        if (agoMs >= (olderThanDays + 1) * 86_400_000) expect(isOld).toBe(true)
      },
    ),
  )
})

test('a folder that is no day is never old', () => {
  const isOld = createAgeTest({ olderThanDays: 1 })
  expect(['', '2020', '.partial', '2020-01-01', '20200101x'].filter(isOld)).toEqual([])
})
