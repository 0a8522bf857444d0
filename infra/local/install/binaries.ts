import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** What a local Parley and its tests need from the machine, by the name of the Debian package that brings it. */
export const programs = [
  'nats-server',
  'redis-server',
  'postgresql',
  'espeak-ng',
  'sox',
  'pocketsphinx',
  'pocketsphinx-en-us',
  'nginx',
  'chromium',
  'curl',
] as const
export type Program = (typeof programs)[number]

/** Where the acoustic model, dictionary and language model of PocketSphinx stand. */
export const recognitionModel = '/usr/share/pocketsphinx/model/en-us'

const postgresVersions = '/usr/lib/postgresql'
// Debian keeps servers where an ordinary user's PATH does not look.
const alsoIn = ['/usr/sbin', '/usr/local/sbin', '/usr/local/bin', '/usr/bin', '/opt/homebrew/bin']

const finders: Record<Program, () => string | undefined> = {
  'nats-server': () => inPath('nats-server'),
  'redis-server': () => inPath('redis-server'),
  postgresql: () => newestPostgres() ?? inPath('postgres'),
  'espeak-ng': () => inPath('espeak-ng'),
  sox: () => inPath('sox'),
  pocketsphinx: () => inPath('pocketsphinx_batch'),
  'pocketsphinx-en-us': () => (existsSync(recognitionModel) ? recognitionModel : undefined),
  nginx: () => inPath('nginx'),
  chromium: () => inPath('chromium'),
  curl: () => inPath('curl'),
}

/** The full path of a program (for `postgresql` its server `postgres`, beside the others; for the model its folder). */
export const findProgram = (program: Program): string | undefined => finders[program]()

/** @throws Error that names what is missing and how it comes */
export function requireProgram(program: Program): string {
  const path = findProgram(program)
  if (!path) throw new Error(`${program} is not on this machine: npm start and npm test install it`)
  return path
}

export const missingPrograms = (needed: readonly Program[]): Program[] =>
  needed.filter((program) => !findProgram(program))

function inPath(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...alsoIn].filter((folder) => folder !== '')
  return folders.map((folder) => join(folder, name)).find(isProgram)
}

function newestPostgres(): string | undefined {
  if (!existsSync(postgresVersions)) return undefined
  const versions = readdirSync(postgresVersions).sort((a, b) => Number(b) - Number(a))
  return versions.map((version) => join(postgresVersions, version, 'bin/postgres')).find(isProgram)
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
