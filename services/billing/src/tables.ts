import type { ServiceTables } from '@parley/service-kit'

/** The tables of this service. */
export const tables: ServiceTables = { schema: 'billing', prismaDir: new URL('../prisma/', import.meta.url) }
