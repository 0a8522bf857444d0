import { connectDatabase, createLogger } from '@parley/service-kit'
import { readResealConfig } from './config.ts'
import { encryptionKeysOf } from './encryption-config.ts'
import { createFieldCipher, deriveFieldKeys } from './providers/aes/field-cipher.ts'
import { createContactRows } from './stores/contact-rows.ts'
import { PrismaClient } from './stores/generated/client.ts'
import { createResealing } from './stores/resealing.ts'
import { tables } from './tables.ts'

// Encrypts personal data anew that an older key has encrypted. It may be interrupted: what is done is done, and the next run
// goes on. It ends with 1 as long as something is left.
const config = readResealConfig()
const log = createLogger({ service: 'auth', level: config.logLevel })
const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())

await using stack = new AsyncDisposableStack()
const databaseUrl = config.databaseUrl.reveal()
const database = stack.use(connectDatabase({ databaseUrl, schema: tables.schema, poolSize: 2, log }))
const prisma = stack.adopt(new PrismaClient({ adapter: database.adapter }), (client) => client.$disconnect())
const cipher = createFieldCipher(deriveFieldKeys(encryptionKeysOf(config)))
const { reseal } = createResealing(prisma, cipher, createContactRows(cipher))
const { complete, ...counts } = await reseal(stopping.signal)
if (counts.failed > 0) log.error(counts, 'some values were encrypted with a key that is in neither variable')
else log.info(counts, complete ? 'everything is encrypted with the key in use' : 'interrupted: run it again')
if (!complete || counts.failed > 0) process.exitCode = 1
