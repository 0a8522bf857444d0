import { connectBus, type Bus } from '@parley/bus'
import { registry, type Identity, type RequestContract } from '@parley/contracts'
import { createIdentities, Secret } from '@parley/service-kit'
import { callAs, newPerson } from '@parley/test-caller'
import { SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startPlatform, type Platform } from '../platform.ts'

/** Every question that answers people only. */
const forPeople = Object.values(registry)
  .flatMap((contracts) => Object.values(contracts))
  .filter((contract): contract is RequestContract => contract.kind === 'request' && contract.access !== 'platform')

const stack = new AsyncDisposableStack()
let platform: Platform
const liars: Record<string, Bus> = {}

const admin: Identity = newPerson('admin', ['admin', 'users', 'roles'])
const claims = { identity: admin }

beforeAll(async () => {
  platform = stack.use(await startPlatform())
  const connect = async (sign: ((identity: Identity) => Promise<string>) | undefined) =>
    stack.use(
      await connectBus({
        servers: platform.corner.natsUrl,
        prefix: platform.corner.subjectPrefix,
        name: 'liar',
        drainMs: 100,
        identities: sign && { own: admin, sign, verify: () => Promise.resolve(admin) },
      }),
    )
  const forged = new TextEncoder().encode('a secret that no service of this platform knows')
  const now = Math.floor(Date.now() / 1_000)
  liars['no identity'] = await connect(undefined)
  liars['words instead of a token'] = await connect((identity) => Promise.resolve(JSON.stringify(identity)))
  liars['alg none'] = await connect(() =>
    Promise.resolve(new UnsecuredJWT(claims).setAudience('parley-internal').setExpirationTime('1m').encode()),
  )
  liars['another secret'] = await connect(() =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .setAudience('parley-internal')
      .setExpirationTime(now + 60)
      .sign(forged),
  )
  const { sign } = createIdentities('liar', {
    internalTokenSecret: new Secret('another secret, of thirty-two characters and more'),
    internalTokenSecretPrevious: undefined,
  })
  liars['a service of another installation'] = await connect(sign)
})
afterAll(() => stack.disposeAsync())

test('there is much to protect', () => {
  expect(forPeople.length).toBeGreaterThan(20)
})

describe.each(forPeople.map(({ subject }) => subject))('%s', (subject) => {
  const contract = forPeople.find((candidate) => candidate.subject === subject) as RequestContract
  const names = [...subject.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  // What is addressed to somebody is served here: nobody gets that far.
  const addressed = (names.length > 0 ? [{ tokens: Object.fromEntries(names.map((name) => [name, 'one'])) }] : []) as []
  beforeAll(async () => {
    const [options] = addressed as { tokens: Record<string, string> }[]
    if (!options) return
    platform.bus.handle(contract, () => Promise.reject(new Error('it was let in')), options)
    await platform.bus.flush()
  })

  test.each([
    'no identity',
    'words instead of a token',
    'alg none',
    'another secret',
    'a service of another installation',
  ])('refuses %s', async (who) => {
    const call = callAs(admin, () => (liars[who] as Bus).request(contract, {}, ...addressed))
    await expect(call).rejects.toMatchObject({ code: 'unauthorized' })
  })

  test('refuses a service', async () => {
    await expect(platform.bus.request(contract, {}, ...addressed)).rejects.toMatchObject({ code: 'forbidden' })
  })

  test('refuses a user where an administrator is asked for', async () => {
    const call = callAs(newPerson('user'), () => platform.bus.request(contract, {}, ...addressed))
    if (contract.access === 'admin') await expect(call).rejects.toMatchObject({ code: 'forbidden' })
    else await call.then(undefined, ({ code }) => expect(code).not.toBe('internal'))
  })
})
