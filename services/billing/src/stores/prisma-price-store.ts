import type { Price } from '@parley/contracts'
import { rethrowDatabaseError } from '@parley/service-kit'
import type { PriceStore } from '../domain/ports.ts'
import type { Price as PriceRow, PrismaClient } from './generated/client.ts'

/** More versions than people look at. */
const mostListed = 500

/** Prices in PostgreSQL. */
export function createPrismaPriceStore(prisma: PrismaClient): PriceStore {
  return {
    list: async () => {
      const rows = await prisma.price
        .findMany({ orderBy: { version: 'desc' }, take: mostListed })
        .catch(rethrowDatabaseError)
      return rows.map(toPrice)
    },
    add: async ({ item, inputPerMillion, outputPerMillion, perMinute, validFrom }) => {
      const amounts = {
        inputPerMillion: BigInt(inputPerMillion),
        outputPerMillion: BigInt(outputPerMillion),
        perMinute: BigInt(perMinute),
      }
      const data = { item, ...amounts, ...(validFrom && { validFrom }) }
      return toPrice(await prisma.price.create({ data }).catch(rethrowDatabaseError))
    },
  }
}

function toPrice({ version, item, inputPerMillion, outputPerMillion, perMinute, validFrom }: PriceRow): Price {
  return {
    version,
    item,
    inputPerMillion: Number(inputPerMillion),
    outputPerMillion: Number(outputPerMillion),
    perMinute: Number(perMinute),
    validFrom: validFrom.toISOString(),
  }
}
