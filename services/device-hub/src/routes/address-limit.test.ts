import { expect, test } from 'vitest'
import { createAddressLimit } from './address-limit.ts'

test('one address is bounded, another one is not, and a minute later it may come again', () => {
  let now = 0
  const limit = createAddressLimit(3, () => now)
  for (let count = 0; count < 3; count++) limit.take('10.0.0.1')
  expect(() => limit.take('10.0.0.1')).toThrow(/Too many/)
  limit.take('10.0.0.2')
  now = 60_000
  limit.take('10.0.0.1')
})
