import { rethrowDatabaseError } from '@parley/service-kit'
import type { Factor, FactorStore } from '../domain/second-factors.ts'
import type { PrismaClient } from './generated/client.ts'

/** Second factors in PostgreSQL. */
export function createPrismaFactorStore(prisma: PrismaClient): FactorStore {
  const totpOf = (userId: string) => ({ userId_method: { userId, method: 'totp' } })

  return {
    list: async (userId) => {
      const where = { userId, confirmedAt: { not: null } }
      const found = await prisma.secondFactor
        .findMany({ where, orderBy: { method: 'desc' } })
        .catch(rethrowDatabaseError)
      return found.flatMap(({ method, confirmedAt }) =>
        confirmedAt ? [{ method: method as Factor['method'], since: confirmedAt }] : [],
      )
    },

    offerTotp: (userId, secret) =>
      prisma
        .$transaction(async (transaction) => {
          await transaction.secondFactor.deleteMany({ where: { userId, method: 'totp', confirmedAt: null } })
          const data = [{ userId, method: 'totp', secret }]
          return (await transaction.secondFactor.createMany({ data, skipDuplicates: true })).count === 1
        })
        .catch(rethrowDatabaseError),

    readTotp: async (userId) => {
      const found = await prisma.secondFactor.findUnique({ where: totpOf(userId) }).catch(rethrowDatabaseError)
      return found?.secret ? { secret: found.secret, confirmed: found.confirmedAt !== null } : undefined
    },

    useStep: async (userId, step, confirm) => {
      const where = { userId, method: 'totp', lastStep: { lt: step } }
      const data = { lastStep: step, ...(confirm && { confirmedAt: confirm }) }
      return (await prisma.secondFactor.updateMany({ where, data }).catch(rethrowDatabaseError)).count === 1
    },

    add: async (userId, method, at) => {
      const data = [{ userId, method, confirmedAt: at }]
      await prisma.secondFactor.createMany({ data, skipDuplicates: true }).catch(rethrowDatabaseError)
    },

    remove: (userId, method) =>
      prisma
        .$transaction(async (transaction) => {
          const where = { userId, method, confirmedAt: { not: null } }
          const { count } = await transaction.secondFactor.deleteMany({ where })
          const left = await transaction.secondFactor.count({ where: { userId, confirmedAt: { not: null } } })
          if (left === 0) await transaction.recoveryCode.deleteMany({ where: { userId } })
          return count === 1
        })
        .catch(rethrowDatabaseError),

    removeAll: async (userId) => {
      await prisma
        .$transaction([
          prisma.secondFactor.deleteMany({ where: { userId } }),
          prisma.recoveryCode.deleteMany({ where: { userId } }),
        ])
        .catch(rethrowDatabaseError)
    },

    setRecoveryCodes: async (userId, digests) => {
      await prisma
        .$transaction([
          prisma.recoveryCode.deleteMany({ where: { userId } }),
          prisma.recoveryCode.createMany({ data: digests.map((digest) => ({ userId, digest })) }),
        ])
        .catch(rethrowDatabaseError)
    },

    useRecoveryCode: async (userId, digest) =>
      (await prisma.recoveryCode.deleteMany({ where: { userId, digest } }).catch(rethrowDatabaseError)).count === 1,

    countRecoveryCodes: (userId) => prisma.recoveryCode.count({ where: { userId } }).catch(rethrowDatabaseError),
  }
}
