import { expect, test } from 'vitest'
import { createIdentities, type IdentityProvider, type StoredLink } from './identities.ts'

const never = () => Promise.reject(new Error('not asked for'))
const linkedAt = new Date(0)

function provider(name: string, realm: string, revoke?: IdentityProvider['revoke']): IdentityProvider {
  return { name, realm, redirectUris: [], begins: true, pageOf: never, whoIs: never, ...(revoke && { revoke }) }
}

test('an account that is deleted ends every consent, each with what it was given', async () => {
  const ended: string[] = []
  const links: StoredLink[] = [
    { provider: 'apple', subject: 'a.1', grant: 'sealed:apple:a.1', linkedAt },
    { provider: 'wechat', subject: 'union:1', grant: undefined, linkedAt },
    { provider: 'corp', subject: 'ada', grant: undefined, linkedAt },
  ]
  const identities = createIdentities({
    providers: [
      provider('apple', 'apple', (grant) => Promise.resolve(void ended.push(grant))),
      provider('wechat-mini', 'wechat'),
    ],
    store: { find: never, keep: never, list: () => Promise.resolve(links), remove: never },
    contacts: { findOwner: never, verify: never },
    entrance: { enter: never },
    tickets: { save: never, saveNew: never, read: never, take: never },
    cipher: {
      currentPrefix: '',
      encrypt: (text) => text,
      decrypt: (sealed, { row }) => sealed.replace(`sealed:${row}`, 'grant of a.1'),
      blindIndexes: (value) => [value],
    },
    note: () => Promise.resolve(),
    random: { newId: () => 'id', newToken: () => 'token', bytes: (length) => Buffer.alloc(length) },
    now: () => linkedAt,
  })
  await identities.revokeAll('user')
  expect(ended).toEqual(['grant of a.1'])
})
