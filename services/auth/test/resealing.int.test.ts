import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { auth, authContacts, authMfa } from '@parley/contracts'
import { connectDatabase, createLogger } from '@parley/service-kit'
import { cornerEnvironment } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createApp } from '../src/app.ts'
import { readConfig } from '../src/config.ts'
import { createFieldCipher, deriveFieldKeys } from '../src/providers/aes/field-cipher.ts'
import { createContactRows } from '../src/stores/contact-rows.ts'
import { PrismaClient } from '../src/stores/generated/client.ts'
import { createResealing } from '../src/stores/resealing.ts'
import { client, openAuth, password, verifyShape, type AuthFixture } from './house.ts'

const before = 'the key before of which nothing is left'
const after = 'the key after it which everything gets'
const people = 5
const stack = new AsyncDisposableStack()
let house: AuthFixture

beforeAll(async () => {
  // The first step of a rotation: everybody knows the new key before anybody uses it.
  house = stack.use(await openAuth({ ENCRYPTION_KEY: before, ENCRYPTION_OLD_KEYS: after }))
  for (let index = 0; index < people; index++)
    await house.register(`person${index}`, { email: `person${index}@mail.test`, phone: `1380013800${index}` })
  const login = await house.login('person1')
  await house.as(login, () => house.bus.request(authMfa.beginTotp, {}))
})
afterAll(() => stack.disposeAsync())

const contactsBy = async (key: string) => {
  const { currentPrefix } = createFieldCipher(deriveFieldKeys([key]))
  const { rows } = await house.database.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM contacts WHERE value LIKE $1`,
    [`${currentPrefix}%`],
  )
  return rows[0]?.count
}

const start = (environment: Record<string, string>) =>
  createApp(
    readConfig({
      ...cornerEnvironment(house.corner),
      PASSWORD_MEMORY_KIB: '1024',
      PASSWORD_PASSES: '1',
      SMS_PROVIDER: 'console',
      MAIL_PROVIDER: 'console',
      ...environment,
    }),
    { log: createLogger({ service: 'auth', level: 'silent' }) },
  )

const logsIn = (username: string) =>
  house.bus.request(auth.login, { username, password, client }).then(
    () => true,
    () => false,
  )

test('addresses, numbers and secrets cannot be read in the database', async () => {
  await expect.poll(() => house.told(verifyShape)).toHaveLength(people)
  await house.bus.request(authContacts.verifyEmail, { token: house.told(verifyShape)[0] ?? '' })
  const { rows } = await house.database.query<{ text: string }>(
    `SELECT row_to_json(contacts)::text AS text FROM contacts UNION ALL SELECT row_to_json(second_factors)::text FROM second_factors`,
  )
  expect(rows).toHaveLength(2 * people + 1)
  for (const { text } of rows) expect(text).not.toMatch(/@|138001380/)
})

test('a new key takes over while everybody still logs in, in as many runs as it takes', async () => {
  const both = { ENCRYPTION_KEY: after, ENCRYPTION_OLD_KEYS: before }
  await using _newer = await start(both)
  expect(await Promise.all(['person0@mail.test', '13800138001', 'person4@mail.test'].map(logsIn))).toEqual([
    true,
    true,
    true,
  ])

  const log = createLogger({ service: 'auth', level: 'silent' })
  const { databaseUrl } = house.corner
  await using database = connectDatabase({ databaseUrl, schema: 'auth', poolSize: 1, log })
  await using owned = new AsyncDisposableStack()
  const prisma = owned.adopt(new PrismaClient({ adapter: database.adapter }), (open) => open.$disconnect())
  const cipher = createFieldCipher(deriveFieldKeys([after, before]))
  const rows = createContactRows(cipher)
  const stopping = new AbortController()
  let sealed = 0
  const stoppingAfterThree = {
    ...rows,
    seal: (...given: Parameters<typeof rows.seal>) => {
      if (++sealed === 3) stopping.abort()
      return rows.seal(...given)
    },
  }
  const interrupted = await createResealing(prisma, cipher, stoppingAfterThree).reseal(stopping.signal)
  expect(interrupted).toEqual({ renewed: 3, failed: 0, complete: false })
  expect([await contactsBy(after), await contactsBy(before)]).toEqual([3, 2 * people - 3])
  for (let index = 0; index < people; index++) expect(await logsIn(`person${index}@mail.test`)).toBe(true)

  const command = promisify(execFile)(process.execPath, ['services/auth/src/reseal.ts'], {
    env: { ...process.env, DATABASE_URL: databaseUrl, ...both },
  })
  expect((await command).stdout).toContain(`"renewed":${2 * people - 3 + 1}`)
  expect([await contactsBy(after), await contactsBy(before)]).toEqual([2 * people, 0])
})

test('afterwards the older key is needed by nobody', async () => {
  await using alone = await openAuth({ ENCRYPTION_KEY: after, DATABASE_URL: house.corner.databaseUrl })
  const login = await alone.bus.request(auth.login, { username: 'person0@mail.test', password, client })
  const account = await alone.as(login, () => alone.bus.request(auth.me, {}))
  expect(account).toMatchObject({ email: 'person0@mail.test', phone: '+8613800138000' })
})

test('a key that is missing is told, and nothing is lost', async () => {
  const command = promisify(execFile)(process.execPath, ['services/auth/src/reseal.ts'], {
    env: {
      ...process.env,
      DATABASE_URL: house.corner.databaseUrl,
      ENCRYPTION_KEY: 'a third key that opens nothing of it',
    },
  })
  await expect(command).rejects.toMatchObject({
    code: 1,
    stdout: expect.stringContaining(`"failed":${2 * people + 1}`),
  })
  expect(await contactsBy(after)).toBe(2 * people)
})

test('what was stored before anything was encrypted is encrypted by the next start', async () => {
  await using older = await openAuth()
  const userId = await older.register('older')
  await older.database.query(
    `INSERT INTO contacts (user_id, kind, value, verified_at, verified_key) VALUES ($1, 'email', 'older@mail.test', now(), 'email:older@mail.test')`,
    [userId],
  )
  await using again = await openAuth({ DATABASE_URL: older.corner.databaseUrl })
  const login = await again.bus.request(auth.login, { username: 'older@mail.test', password, client })
  expect(login.person.userId).toBe(userId)
  const { rows } = await older.database.query<{ value: string; same: boolean }>(
    'SELECT value, value_index = verified_key AS same FROM contacts',
  )
  expect(rows).toEqual([{ value: expect.stringMatching(/^v1\./) as string, same: true }])
})
