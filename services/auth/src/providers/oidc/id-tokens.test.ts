import { createVendorFetch } from '@parley/service-kit'
import { startOidcFake } from '@parley/testkit/oidc-fake'
import { expect, test } from 'vitest'
import { createVerifyIdToken } from './id-tokens.ts'

const settings = { who: 'corp', issuer: 'https://corp.example.com', audiences: ['parley'], timeoutMs: 2_000 }
const claimsAt = (now: Date) => {
  const at = Math.floor(now.getTime() / 1_000)
  return { iss: settings.issuer, aud: 'parley', sub: 'ada', nonce: 'n', iat: at, exp: at + 60 }
}

test('a key that is new is fetched, and not again for every token that has none', async () => {
  await using corp = await startOidcFake({ clientId: 'parley', redirectUris: [] })
  const now = () => new Date()
  const more = { jwksUri: `${corp.url}/keys`, now, fetch: createVendorFetch() }
  const [eager, calm] = [
    createVerifyIdToken({ ...settings, ...more, keysCooldownMs: 0 }),
    createVerifyIdToken({ ...settings, ...more }),
  ]
  const before = await corp.keys.sign(claimsAt(now()))
  await eager(before, { nonce: 'n' })
  await calm(before, { nonce: 'n' })

  await corp.keys.rotate()
  const after = await corp.keys.sign(claimsAt(now()))
  expect(await eager(after, { nonce: 'n' })).toMatchObject({ sub: 'ada' })
  expect(await eager(before, { nonce: 'n' })).toMatchObject({ sub: 'ada' })
  const asked = corp.requests.length
  for (let count = 0; count < 3; count++)
    await expect(calm(after, { nonce: 'n' })).rejects.toMatchObject({ code: 'unauthorized' })
  expect(corp.requests).toHaveLength(asked)
})

test('keys that cannot be had are the provider’s fault', async () => {
  await using corp = await startOidcFake({ clientId: 'parley', redirectUris: [] })
  const now = () => new Date()
  const verify = createVerifyIdToken({ ...settings, jwksUri: `${corp.url}/nowhere`, now, fetch: createVendorFetch() })
  const token = await corp.keys.sign(claimsAt(now()))
  await expect(verify(token, { nonce: 'n' })).rejects.toMatchObject({ code: 'provider-failed' })
})
