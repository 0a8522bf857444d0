import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { FieldPlace } from '../../domain/field-cipher.ts'
import { createFieldCipher, deriveFieldKeys } from './field-cipher.ts'

const place: FieldPlace = { table: 'users', column: 'email', row: 'u-1' }
const keys = deriveFieldKeys(['a'.repeat(32)])
const cipher = createFieldCipher(keys)
const rotated = createFieldCipher(deriveFieldKeys(['b'.repeat(32), 'a'.repeat(32)]))

describe('a sealed field', () => {
  test('is read in its place, whatever it says, and looks different each time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const sealed = cipher.encrypt(text, place)
        expect(sealed).toMatch(/^v1\.[0-9a-f]{8}\.[\w-]{16}\.[\w-]*\.[\w-]{22}$/)
        expect(cipher.decrypt(sealed, place)).toBe(text)
        expect(cipher.encrypt(text, place)).not.toBe(sealed)
      }),
    )
  })

  test.each<Partial<FieldPlace>>([{ table: 'devices' }, { column: 'phone' }, { row: 'u-2' }])(
    'cannot be read in another place: %j',
    (other) => {
      const sealed = cipher.encrypt('ada@example.com', place)
      expect(() => cipher.decrypt(sealed, { ...place, ...other })).toThrow()
    },
  )

  test('cannot be changed, in any of its parts', () => {
    const sealed = cipher.encrypt('ada@example.com', place)
    for (const index of [3, 12, 35, sealed.length - 4]) {
      const changed = sealed.slice(0, index) + (sealed[index] === 'A' ? 'B' : 'A') + sealed.slice(index + 1)
      expect(() => cipher.decrypt(changed, place)).toThrow()
    }
    expect(() => cipher.decrypt('plain', place)).toThrow('not sealed as ours are')
  })
})

describe('a new key', () => {
  test('seals from now on, and what the old one sealed is still read', () => {
    const old = cipher.encrypt('ada', place)
    expect(old.startsWith(cipher.currentPrefix)).toBe(true)
    expect([old.startsWith(rotated.currentPrefix), rotated.decrypt(old, place)]).toEqual([false, 'ada'])
    const renewed = rotated.encrypt('ada', place)
    expect(renewed.startsWith(rotated.currentPrefix)).toBe(true)
    expect(() => cipher.decrypt(renewed, place)).toThrow(/The key "[0-9a-f]{8}" of a field is not here/)
  })
})

test('a value is found by its index, in its column only, by whichever key that was made', () => {
  const [old] = cipher.blindIndexes('ada@example.com', 'email')
  const [now, before] = rotated.blindIndexes('ada@example.com', 'email')
  expect(before).toBe(old)
  expect(now).not.toBe(old)
  expect(cipher.blindIndexes('ada@example.com', 'phone')).not.toContain(old)
})
