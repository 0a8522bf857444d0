import type { ServiceTables } from '@parley/service-kit'

/** The tables of this service, which it has where recordings are kept or voices told apart. */
export const tables: ServiceTables = { schema: 'audio', prismaDir: new URL('../prisma/', import.meta.url) }
