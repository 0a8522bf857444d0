import { expect, test } from 'vitest'
import { createBcryptHasher } from './bcrypt-hasher.ts'

const hasher = createBcryptHasher()

/** Known answers of crypt_blowfish's own tests, and one as PHP writes it. */
test.each([
  ['U*U', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
  ['U*U*', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK'],
  ['U*U*U', '$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a'],
  ['U*U', '$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
])('%s is the password of %s', async (password, hash) => {
  expect(hasher.made(hash)).toBe(true)
  expect(await hasher.verify(hash, password)).toBe(true)
  expect(await hasher.verify(hash, `${password}x`)).toBe(false)
})

test('what is no bcrypt fits nothing', async () => {
  expect(hasher.made('$argon2id$v=19$m=1024')).toBe(false)
  expect(await hasher.verify('$2b$12$broken', 'anything')).toBe(false)
})
