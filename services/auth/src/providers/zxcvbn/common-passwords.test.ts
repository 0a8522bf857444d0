import { expect, test } from 'vitest'
import { isCommonPassword } from './common-passwords.ts'

test.each(['password', '12345678', 'qwertyuiop', 'iloveyou', 'trustno1'])('%s is common', (password) => {
  expect(isCommonPassword(password)).toBe(true)
})

test('a sentence is not', () => {
  expect(isCommonPassword('correct horse battery')).toBe(false)
})
