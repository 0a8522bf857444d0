import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import { currentContext } from '@parley/bus'
import { app, auth, authAccount } from '@parley/contracts'
import {
  openBus,
  openDatabase,
  openedApp,
  openHealth,
  openRedis,
  repeat,
  type App,
  type Given,
} from '@parley/service-kit'
import { v7 as newId } from 'uuid'
import { createBackground } from './background.ts'
import type { Config } from './config.ts'
import { encryptionKeysOf } from './encryption-config.ts'
import { createAdministration } from './domain/administration.ts'
import { createApiKeys } from './domain/api-keys.ts'
import { createBearers } from './domain/bearers.ts'
import { createDeviceLogins } from './domain/device-logins.ts'
import { createErasures } from './domain/erasures.ts'
import { createProfiles } from './domain/profiles.ts'
import { createRefresh } from './domain/refreshing.ts'
import { createRoles } from './domain/roles.ts'
import { createSessions } from './domain/sessions.ts'
import { createAuditTrail } from './domain/audit-trail.ts'
import { createAudit, type Audit } from './domain/audit.ts'
import type { Note } from './domain/ports.ts'
import { createSetup, linkLifeS } from './domain/setup.ts'
import { createKeyRing, fixedKeyRing, type KeyRing } from './domain/signing-keys.ts'
import { createFieldCipher, deriveFieldKeys } from './providers/aes/field-cipher.ts'
import { createArgon2Hasher } from './providers/argon2/argon2-hasher.ts'
import { createAccessTokens } from './providers/jose/access-tokens.ts'
import { makeSigningKey, readSigningKeys } from './providers/jose/signing-keys.ts'
import { createDeviceProofs } from './providers/platform/device-proofs.ts'
import { createSealing } from './providers/sealing.ts'
import { createContactRows } from './stores/contact-rows.ts'
import { PrismaClient } from './stores/generated/client.ts'
import { createApiKeyStore } from './stores/prisma-api-key-store.ts'
import { createManagedAccountStore } from './stores/prisma-managed-account-store.ts'
import { createRefreshTokenStore } from './stores/prisma-refresh-token-store.ts'
import { createRoleStore } from './stores/prisma-role-store.ts'
import { createSessionRecords } from './stores/prisma-session-records.ts'
import { createPrismaErasureStore } from './stores/prisma-erasure-store.ts'
import { createPrismaProfileStore } from './stores/prisma-profile-store.ts'
import { createSigningKeyStore } from './stores/prisma-signing-key-store.ts'
import { createPrismaAuditStore } from './stores/prisma-audit-store.ts'
import { createResealing } from './stores/resealing.ts'
import { createPrismaUserStore } from './stores/prisma-user-store.ts'
import { createRedisNonceStore } from './stores/redis-nonce-store.ts'
import { createRedisOneTimeTokens } from './stores/redis-one-time-tokens.ts'
import { createRedisSessionStore } from './stores/redis-session-store.ts'
import { createRedisSetupTokenStore } from './stores/redis-setup-token-store.ts'
import { createRedisSuccessorStore } from './stores/redis-successor-store.ts'
import { serveAccount } from './subjects/account.ts'
import { serveAdministration } from './subjects/administration.ts'
import { serveAudit } from './subjects/audit.ts'
import { serveAuth } from './subjects/auth.ts'
import { serveSessions } from './subjects/sessions.ts'
import { serveWaysIn } from './subjects/ways-in.ts'
import { tables } from './tables.ts'
import { openWaysIn } from './ways-in.ts'

const sweepEveryMs = 6 * 3_600_000
const eraseEveryMs = 30_000
/** For so long one can still look up what ended. */
const keptMs = 30 * 86_400_000
const prefixLetters = 'abcdefghijklmnopqrstuvwxyz0123456789'
const random = {
  newId,
  newToken: () => randomBytes(32).toString('base64url'),
  newCode: () => String(randomInt(1_000_000)).padStart(6, '0'),
  bytes: randomBytes,
  newPrefix: () => Array.from({ length: 12 }, () => prefixLetters[randomInt(prefixLetters.length)]).join(''),
}

/**
 * Opens auth: its stores first, so that they close after the last answer.
 * @param time.now for tests: sessions, tokens and keys go by it
 */
export async function createApp(config: Config, { log }: Given, { now = () => new Date() } = {}): Promise<App> {
  await using stack = new AsyncDisposableStack()
  const health = stack.use(await openHealth({ port: config.internalPort }))
  const database = stack.use(await openDatabase(config, tables, { log, health }))
  const prisma = stack.adopt(new PrismaClient({ adapter: database.adapter }), (client) => client.$disconnect())
  // Prisma loads its query compiler with the first query: not while somebody waits.
  await prisma.$queryRaw`SELECT 1`
  const { redis } = stack.use(await openRedis(config, { log, health }))
  const bus = stack.use(await openBus(config, { name: 'auth', log, health }))

  const cipher = createFieldCipher(deriveFieldKeys(encryptionKeysOf(config)))
  const contactRows = createContactRows(cipher)
  const sealed = await createResealing(prisma, cipher, contactRows).sealPlain()
  if (sealed > 0) log.info({ sealed }, 'addresses and numbers are encrypted now')
  const ring = await openKeyRing(config, prisma, now)
  const accessTokens = createAccessTokens({ ring, newId, now }, config)
  const records = createSessionRecords(prisma)
  const audit = createAudit({ store: createPrismaAuditStore(prisma), now })
  const hasher = createArgon2Hasher({ memoryKib: config.passwordMemoryKib, passes: config.passwordPasses })
  const note = createNote(audit)
  const shared = {
    records,
    accessTokens,
    random,
    now,
    users: createPrismaUserStore(prisma, contactRows),
    sessions: createRedisSessionStore(redis),
    audit: createAuditTrail(audit, () => currentContext()?.requestId),
    announce: (ended: { sessionId: string; userId: string }[]) => {
      for (const session of ended) bus.publish(auth.sessionRevoked, session)
    },
  }
  const tellApps = (userId: string, sessionId: string) =>
    bus.publish(app.update, { type: 'session-ended-for-safety', sessionId }, { tokens: { userId } })
  const sessions = createSessions(shared, config)
  const { later } = stack.use(createBackground(log))
  const opened = { prisma, redis, cipher, contactRows, hasher, note, tellApps, later, log, metrics: health.metrics }
  const waysIn = stack.use(await openWaysIn(config, { ...shared, ...opened, sessions }))
  const ports = { ...shared, passwords: waysIn.passwords }
  const roles = createRoles(sessions, { ...ports, store: createRoleStore(prisma) })
  await roles.prepare()
  const setup = createSetup({ ...ports, tokens: createRedisSetupTokenStore(redis) }, config)
  const apiKeys = createApiKeys({ ...ports, keys: createApiKeyStore(prisma) })
  const managed = createManagedAccountStore(prisma, contactRows)
  const administration = createAdministration(
    { sessions, apiKeys, roles },
    {
      ...ports,
      accounts: managed,
      passwordTokens: createRedisOneTimeTokens(redis),
    },
    config,
  )
  const refresh = createRefresh(
    sessions,
    {
      ...ports,
      tellOfReuse: waysIn.tellOfReuse,
      refreshTokens: createRefreshTokenStore(prisma),
      successors: createRedisSuccessorStore(redis, config),
    },
    config,
  )
  const unproven = config.legacyMacLogin === 'open'
  if (unproven)
    log.warn('LEGACY_MAC_LOGIN is open: devices that never had a credential log in by their MAC address alone')
  const deviceLogins = createDeviceLogins(
    sessions,
    {
      ...ports,
      ...createDeviceProofs(bus),
      nonces: createRedisNonceStore(redis),
      onUnproven: (deviceId) => log.warn({ deviceId }, 'a device logged in by its MAC address alone'),
    },
    { unproven },
  )
  const bearers = createBearers(sessions, { ...ports, apiKeys }, config)

  serveAuth(bus, { accounts: waysIn.accounts, administration, bearers, setup }, note)
  serveWaysIn(bus, waysIn, note)
  serveSessions(
    bus,
    { sessions, refresh, records, ring, apiKeys, deviceLogins },
    { ...config, lookBackS: lookBackS(config) },
  )
  const profiles = createProfiles({ ...ports, store: createPrismaProfileStore(prisma), me: waysIn.accounts.me, note })
  const erasures = createErasures({
    ...ports,
    ...waysIn,
    store: createPrismaErasureStore(prisma),
    accounts: managed,
    sessions,
    apiKeys,
    note,
    announce: (erasure) => bus.publish(authAccount.erasing, erasure),
    onFailure: (error, erasureId) => log.warn({ error, erasureId }, 'a deleted account is not gone yet'),
    newErasureId: randomUUID,
  })
  serveAccount(bus, { profiles, erasures })
  serveAdministration(bus, { administration, roles, sessions })
  stack.use(repeat({ everyMs: eraseEveryMs, work: erasures.goOn, what: 'deleted accounts are not gone yet', log }))
  const sweep = async () => void (await records.sweep(new Date(now().getTime() - keptMs)))
  stack.use(repeat({ everyMs: sweepEveryMs, work: sweep, what: 'old sessions are not forgotten', log }))
  serveAudit(bus, audit)
  await bus.flush()
  const link = await setup.openLink()
  if (link) log.warn(`There is no administrator yet. Within ${linkLifeS / 3_600} hours, open ${link}`)
  return openedApp(stack, health)
}

/** Keys from a file where they are given, of the database otherwise. */
async function openKeyRing(config: Config, prisma: PrismaClient, now: () => Date): Promise<KeyRing> {
  if (config.accessTokenKeys) return fixedKeyRing(await readSigningKeys(config.accessTokenKeys.reveal()))
  const { accessTokenKeySecret, internalTokenSecret, internalTokenSecretPrevious } = config
  const secrets = [accessTokenKeySecret, internalTokenSecret, internalTokenSecretPrevious].filter((secret) => !!secret)
  const store = createSigningKeyStore(prisma, createSealing(secrets, 'parley signing keys'))
  const settings = { rotateS: config.accessTokenKeyDays * 86_400, signedForS: config.accessTtlS }
  return createKeyRing({ store, make: makeSigningKey, now }, settings)
}

/** An ended session matters until the last of its JWTs is over, by whatever clock. */
function lookBackS({ accessTtlS }: Config): number {
  return accessTtlS + 60
}

/** Writes down what this service itself sees happen, as done by whoever the work under way is for. */
function createNote(audit: Audit): Note {
  return async ({ action, userId, outcome = 'done', address }) => {
    const { identity, requestId } = currentContext() ?? {}
    const target = userId === undefined ? {} : { target: { kind: 'user', id: userId } }
    await audit.note({ action, outcome, ...target, ...(address !== undefined && { address }) }, { identity, requestId })
  }
}
