import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createFieldCipher, type FieldPlace } from './field-cipher.ts'

const [first, second, indexKey] = [1, 2, 3].map((fill) => Buffer.alloc(32, fill)) as [Buffer, Buffer, Buffer]
const place: FieldPlace = { table: 'users', column: 'email', row: 'u-1' }
const cipher = createFieldCipher({ current: 'k1', keys: { k1: first }, indexKey })
const rotated = createFieldCipher({ current: 'k2', keys: { k1: first, k2: second }, indexKey })

describe('a sealed field', () => {
  test('is read in its place, whatever it says, and looks different each time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const sealed = cipher.encrypt(text, place)
        expect(sealed).toMatch(/^v1\.k1\.[\w-]{16}\.[\w-]*\.[\w-]{22}$/)
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
    for (const index of [3, 7, 30, sealed.length - 4]) {
      const changed = sealed.slice(0, index) + (sealed[index] === 'A' ? 'B' : 'A') + sealed.slice(index + 1)
      expect(() => cipher.decrypt(changed, place)).toThrow()
    }
    expect(() => cipher.decrypt('plain', place)).toThrow('not sealed as ours are')
  })
})

describe('a new key', () => {
  test('seals from now on, and what the old one sealed is still read', () => {
    const old = cipher.encrypt('ada', place)
    expect([rotated.isCurrent(old), rotated.decrypt(old, place)]).toEqual([false, 'ada'])
    const renewed = rotated.encrypt('ada', place)
    expect(rotated.isCurrent(renewed)).toBe(true)
    expect(() => cipher.decrypt(renewed, place)).toThrow('The key "k2" of a field is not here')
  })
})

test('a value is found by its index, in its column only, whichever key sealed it', () => {
  expect(cipher.blindIndex('ada@example.com', 'email')).toBe(rotated.blindIndex('ada@example.com', 'email'))
  expect(cipher.blindIndex('ada@example.com', 'email')).not.toBe(cipher.blindIndex('ada@example.com', 'phone'))
})
