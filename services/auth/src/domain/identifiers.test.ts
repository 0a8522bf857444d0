import { Email, Phone, Username } from '@parley/contracts'
import { describe, expect, test } from 'vitest'
import { readIdentifier } from './identifiers.ts'

test.each([
  ['Ada', 'username', 'ada'],
  ['ada.l-1', 'username', 'ada.l-1'],
  ['Ada@Example.COM', 'email', 'ada@example.com'],
  ['13800138000', 'phone', '+8613800138000'],
  ['+86 138-0013-8000', 'phone', '+8613800138000'],
  ['+14155550123', 'phone', '+14155550123'],
  ['12800138000', 'username', '12800138000'],
  ['not@an@address', 'username', 'not@an@address'],
])('%s is the %s %s', (text, kind, value) => {
  expect(readIdentifier(text)).toEqual({ kind, value })
})

describe('names', () => {
  test.each(['ada', 'a_1', 'ABC', 'x'.repeat(20), '12800138000', 'older.name-2'])('%s is one', (text) => {
    expect(Username.safeParse(text).success).toBe(true)
  })
  test.each(['ab', 'a b', 'a@b.c', '13800138000', '19912345678', 'x'.repeat(33), '用户'])('%s is none', (text) => {
    expect(Username.safeParse(text).success).toBe(false)
  })
})

describe('phone numbers', () => {
  test.each(['13000000000', '19999999999', '+8613800138000', '+85261234567'])('%s is one', (text) => {
    expect(Phone.safeParse(text).success).toBe(true)
  })
  test.each(['12000000000', '1380013800', '138001380000', '+8612000000000', '+0123456789', 'ada', ''])(
    '%s is none',
    (text) => {
      expect(Phone.safeParse(text).success).toBe(false)
    },
  )
})

test.each(['a@b', 'a b@c.de', '@c.de', `${'a'.repeat(250)}@c.de`])('%s is no address', (text) => {
  expect(Email.safeParse(text).success).toBe(false)
})
