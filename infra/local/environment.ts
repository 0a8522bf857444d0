import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'

const fromNpm = /^npm_/i
// What a service must learn from its own defaults or from its launcher, not from the shell that `npm start` was typed in.
const notForServices = new Set(['NODE_ENV', 'INTERNAL_PORT'])

/** The environment of a local run: the clone's `.env`, under what is set outside. */
export function readEnvironment(clone: string, outer: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const file = join(clone, '.env')
  return { ...(existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {}), ...outer }
}

/** The part of it that services get. */
export const forServices = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !fromNpm.test(name) && !notForServices.has(name)))
