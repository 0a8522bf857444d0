import { hkdfSync } from 'node:crypto'
import type { Logger } from '@parley/service-kit'
import type { Redis } from 'ioredis'
import type { Registry } from 'prom-client'
import type { Config } from './config.ts'
import { createReuseAlarm, type TellOfReuse } from './domain/alarms.ts'
import { createAccounts } from './domain/accounts.ts'
import { createCodes } from './domain/codes.ts'
import { createContacts } from './domain/contacts.ts'
import { createDispatch, recipientLimits } from './domain/dispatch.ts'
import { createEntrance } from './domain/entrance.ts'
import type { FieldCipher } from './domain/field-cipher.ts'
import { createFactorCodes } from './domain/factor-codes.ts'
import { createIdentities } from './domain/identities.ts'
import { createPasswordReset } from './domain/password-reset.ts'
import { createPasswords } from './domain/passwords.ts'
import { createPhoneLogin } from './domain/phone-login.ts'
import type { Later, Note, PasswordHasher, Random, UserStore } from './domain/ports.ts'
import { createSecondFactors } from './domain/second-factors.ts'
import type { Sessions } from './domain/sessions.ts'
import { createCodeMeter } from './metered.ts'
import { createBcryptHasher } from './providers/bcrypt/bcrypt-hasher.ts'
import { createSiteVerify } from './providers/captcha/site-verify.ts'
import { createNotifier } from './providers/notifier.ts'
import { createIdentityProviders } from './providers/registry.ts'
import { isCommonPassword } from './providers/zxcvbn/common-passwords.ts'
import type { ContactRows } from './stores/contact-rows.ts'
import type { PrismaClient } from './stores/generated/client.ts'
import { createPrismaContactStore } from './stores/prisma-contact-store.ts'
import { createPrismaFactorStore } from './stores/prisma-factor-store.ts'
import { createPrismaIdentityStore } from './stores/prisma-identity-store.ts'
import { createRedisCodeStore } from './stores/redis-code-store.ts'
import { createRedisQuotas } from './stores/redis-quotas.ts'
import { createRedisTicketStore } from './stores/redis-ticket-store.ts'

export type WaysInGiven = {
  prisma: PrismaClient
  redis: Redis
  users: UserStore
  cipher: FieldCipher
  contactRows: ContactRows
  sessions: Sessions
  hasher: PasswordHasher
  note: Note
  /** Tells the apps of somebody that a session was ended because a token of it was copied. */
  tellApps: TellOfReuse
  later: Later
  random: Random
  now: () => Date
  log: Logger
  metrics: Registry
}

export type WaysIn = Awaited<ReturnType<typeof openWaysIn>>

/** Puts together how people get in: passwords, codes, providers, second factors. */
export async function openWaysIn(config: Config, given: WaysInGiven) {
  await using stack = new AsyncDisposableStack()
  const { prisma, redis, users, cipher, contactRows, sessions, hasher, random, now, log, metrics, note, later } = given
  const tickets = createRedisTicketStore(redis, now)
  const quotas = createRedisQuotas(redis, now)
  const store = createPrismaContactStore(prisma, contactRows)
  const meter = createCodeMeter({ metrics, log, now })
  const notifier = stack.use(createNotifier(config, log))

  const codes = createCodes({ store: createRedisCodeStore(redis, now), random, now }, { pepper: pepperOf(config) })
  const dispatch = createDispatch(
    { notifier, quotas, tickets, captcha: captchaOf(config), onSent: meter.onSent, now },
    {
      limits: {
        recipient: recipientLimits,
        client: config.sendLimitClient,
        network: config.sendLimitNetwork,
        spend: { points: config.smsHourlyLimit, seconds: 3_600 },
      },
      countries: config.smsCountries,
      captchaAfter: config.captchaAfter,
    },
  )
  const passwords = await createPasswords({
    hasher,
    older: createBcryptHasher(),
    users,
    isCommon: isCommonPassword,
    random,
  })
  const common = { users, sessions, codes, dispatch, tickets, quotas, passwords, later, note, random, now }
  const factors = createSecondFactors(
    { ...common, store: createPrismaFactorStore(prisma), contacts: store, cipher },
    { issuer: config.totpIssuer },
  )
  const entrance = createEntrance({ ...common, factors })
  const contacts = createContacts({ ...common, store }, config)
  const accounts = createAccounts({ ...common, contacts: store, entrance }, { sendLink: contacts.setEmail })
  const phoneLogin = createPhoneLogin({ ...common, store, entrance, onVerified: meter.onVerified })
  const passwordReset = createPasswordReset({ ...common, contacts: store }, config)
  const identities = createIdentities({
    ...common,
    providers: createIdentityProviders(config, now),
    store: createPrismaIdentityStore(prisma),
    contacts: store,
    entrance,
    cipher,
  })
  const factorCodes = createFactorCodes({ ...common, factors, entrance })
  const owned = stack.move()
  return {
    tellOfReuse: createReuseAlarm({ ...common, contacts: store }, given.tellApps),
    accounts,
    passwords,
    phoneLogin,
    contacts,
    passwordReset,
    identities,
    factors,
    factorCodes,
    entrance,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** The key of the digests of codes. They live for minutes: a new secret makes those that are under way void, no more. */
function pepperOf({ internalTokenSecret }: Config): Buffer {
  return Buffer.from(hkdfSync('sha256', internalTokenSecret.reveal(), '', 'one-time codes', 32))
}

function captchaOf({ captchaVerifyUrl: url, captchaSecret: secret, providerTimeoutMs: timeoutMs }: Config) {
  return url !== undefined && secret ? createSiteVerify({ url, secret, timeoutMs }) : undefined
}
