import type { ServiceTables } from '@parley/service-kit'

/** The tables of this service. */
export const tables: ServiceTables = { schema: 'device_hub', prismaDir: new URL('../prisma/', import.meta.url) }
