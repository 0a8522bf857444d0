import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '@parley/local-infrastructure'
import { rehearse } from './rehearsal.ts'

/** Builds a service as its image is built, migrates, starts it with this environment, and ends it once it is ready. */
async function main([service = '']: string[]): Promise<void> {
  const given = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const environment = { ...Object.fromEntries(given), INTERNAL_PORT: String(await freePort()) }
  using image = await rehearse(service, console.log)
  if (existsSync(join(image.workdir, 'src/migrate.ts'))) {
    const { code, output } = await image.run(['node', 'src/migrate.ts'], environment)
    if (code !== 0) throw new Error(`The migration ended with code ${code}:\n${output}`)
    console.log('migrated')
  }
  const child = await image.start(environment)
  console.log(`${service} is ready`)
  await child.stop()
  const { code } = await child.exited
  if (code !== 0) throw new Error(`${service} ended with code ${code} on SIGTERM`)
  console.log(`${service} ended with code 0`)
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  process.exitCode = 1
  console.error(error instanceof Error ? error.message : error)
}
