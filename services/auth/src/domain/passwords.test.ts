import { expect, test } from 'vitest'
import { createPasswords } from './passwords.ts'

/** Hashes that can be read, and a record of the work that was done. */
async function open({ olderHash }: { olderHash?: string } = {}) {
  const work: string[] = []
  const renewed: unknown[] = []
  const passwords = await createPasswords({
    hasher: {
      hash: (password) => Promise.resolve(`new:${password}`),
      verify: (hash, password) => {
        work.push('new')
        return Promise.resolve(hash === `new:${password}`)
      },
    },
    older: {
      made: (hash) => hash.startsWith('older:'),
      verify: (hash, password) => {
        work.push('older')
        return Promise.resolve(hash === `older:${password}`)
      },
    },
    users: {
      anOlderHash: () => Promise.resolve(olderHash),
      setPassword: (...given) => {
        renewed.push(given)
        return Promise.resolve()
      },
    },
    isCommon: (text) => text === 'password1',
    random: { newToken: () => 'nobody knows this' },
  })
  return { passwords, work, renewed }
}

test.each([
  ['PASSWORD1', []],
  ['aaaaaaaabbb', []],
  ['adalovelace', ['AdaLovelace']],
  ['AdaLovelace12', ['adalovelace']],
  ['ada@example.com', ['ada@example.com']],
  ['13800138000', ['+8613800138000']],
])('%s is refused for %j', async (password, names) => {
  const { passwords } = await open()
  await expect(passwords.make(password, names)).rejects.toMatchObject({
    code: 'bad-request',
    issues: [{ path: 'password' }],
  })
})

test.each([
  ['correct horse battery', ['horse']],
  ['ada is not alone here', ['ada']],
  ['password12', []],
])('%s is good enough for %j', async (password, names) => {
  const { passwords } = await open()
  expect(await passwords.make(password, names)).toBe(`new:${password}`)
})

test('a wrong password, an older hash and nobody at all cost the same work', async () => {
  const { passwords, work } = await open({ olderHash: 'older:x' })
  for (const stored of ['new:right', 'older:right', undefined]) {
    work.length = 0
    expect(await passwords.verify(stored, 'wrong')).toBe(false)
    expect(work.toSorted()).toEqual(['new', 'older'])
  }
})

test('where no older system was, nothing of one is verified', async () => {
  const { passwords, work } = await open()
  expect(await passwords.verify('new:right', 'right')).toBe(true)
  expect(await passwords.verify(undefined, 'nobody knows this')).toBe(false)
  expect(work).toEqual(['new', 'new'])
})

test('an older hash is verified, and made anew', async () => {
  const { passwords, renewed } = await open()
  expect(await passwords.verify('older:right', 'right')).toBe(true)
  await passwords.renew('user', 'older:right', 'right')
  await passwords.renew('user', 'new:right', 'right')
  expect(renewed).toEqual([['user', 'new:right', 'older:right']])
})
