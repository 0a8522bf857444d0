import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { node24 } from './project.mjs'
import { prismaSchemas } from './stamp.mjs'
import { toolEnvironment } from './tool-environment.mjs'

const run = promisify(execFile)

/**
 * Generates the database client of every service that has a schema, as many at once as there are processors.
 * @param {string} clone
 * @throws {Error} with what Prisma printed, for the first schema that has no client
 */
export async function generateClients(clone) {
  const waiting = prismaSchemas(clone)
  const processors = typeof availableParallelism === 'function' ? availableParallelism() : cpus().length
  const worker = async () => {
    for (let schema = waiting.shift(); schema; schema = waiting.shift()) await generateClient(clone, schema)
  }
  await Promise.all(Array.from({ length: processors }, worker))
}

/**
 * Whether every schema's client is where its generator puts it.
 * @param {string} clone
 */
export function haveClients(clone) {
  return prismaSchemas(clone).every((schema) => {
    const output = /^\s*output\s*=\s*"([^"]+)"/m.exec(readFileSync(join(clone, schema), 'utf8'))?.[1]
    return output === undefined || existsSync(resolve(clone, dirname(schema), output))
  })
}

/** @param {string} clone @param {string} schema relative to the clone */
async function generateClient(clone, schema) {
  const service = dirname(dirname(schema))
  const prisma = join(clone, 'node_modules/prisma/build/index.js')
  // `generate` needs no engine, yet Prisma downloads one unless it is told where one is: any program will do.
  const env = { ...toolEnvironment(clone, process.env), PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true' }
  try {
    await run(node24(clone), [prisma, 'generate', '--schema', join(clone, schema)], {
      cwd: join(clone, service),
      env,
      timeout: 120_000,
    })
  } catch (error) {
    const { stdout, stderr } = /** @type {{ stdout?: string, stderr?: string }} */ (error)
    throw new Error(`Prisma made no database client for ${service}:\n${stdout ?? ''}${stderr ?? ''}`, { cause: error })
  }
  console.log(`  database client of ${service}`)
}
