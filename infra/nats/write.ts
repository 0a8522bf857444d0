import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { renderAuthorization } from './config.ts'

/** `write.ts [--prefix NAME] [--to FILE]`: the users of the services for a NATS configuration to include. */
const { values } = parseArgs({ options: { prefix: { type: 'string' }, to: { type: 'string' } } })
const file = values.to ?? join(import.meta.dirname, 'authorization.conf')
writeFileSync(file, renderAuthorization(values.prefix))
process.stdout.write(`wrote ${file}\n`)
