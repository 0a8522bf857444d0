import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { Refusal } from '../refusal.ts'
import { randomSecret, writeOwn } from '../servers/password.ts'
import { texts } from '../terminal.ts'

const names = [
  'DEVICE_TOKEN_SECRET',
  'ENCRYPTION_KEY',
  'INTERNAL_TOKEN_SECRET',
  'OBJECT_STORE_URL_SECRET',
  'PARLEY_PASSWORD',
] as const

/** All but the last one are for the services; that one is the password of servers in containers. */
export type Secrets = Record<(typeof names)[number], string>

/**
 * The secrets of this clone: each from the environment, else as kept in the file, else made now and kept.
 * @throws Refusal when the file is damaged: new secrets would lock out every device, so that is for its owner to decide
 */
export function keepSecrets(file: string, environment: NodeJS.ProcessEnv): Secrets {
  const kept = readKept(file)
  const secrets = Object.fromEntries(names.map((name) => [name, kept[name] ?? randomSecret()])) as Secrets
  if (names.some((name) => kept[name] === undefined)) {
    mkdirSync(dirname(file), { recursive: true })
    writeOwn(file, `${JSON.stringify(secrets, null, 2)}\n`)
  }
  return Object.fromEntries(names.map((name) => [name, environment[name] || secrets[name]])) as Secrets
}

function readKept(file: string): Partial<Secrets> {
  if (!existsSync(file)) return {}
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Partial<Secrets>
  } catch (error) {
    throw new Refusal(texts.unreadableSecrets(file), { cause: error })
  }
}
