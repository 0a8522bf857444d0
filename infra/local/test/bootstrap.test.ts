import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { currentStamp } from '../toolchain/stamp.mjs'
import { toolEnvironment } from '../toolchain/tool-environment.mjs'
import { temporaryFolder, type Temporary } from './temporary.ts'

const here = join(import.meta.dirname, '..')
const schema = 'generator client {\n  output = "../generated"\n}\n'

/** A clone with the bootstrap in it, whose `npx` is a script, and whose `npm start` prints its arguments. */
function clone(npx: string): Temporary {
  const folder = temporaryFolder()
  folder.write('pnpm-workspace.yaml', 'packages:\n  - services/*\n  - infra/local\n\ncatalog:\n  pg: 1.0.0\n')
  folder.write('pnpm-lock.yaml', 'lockfileVersion: 9\n')
  folder.write('package.json', '{}')
  folder.write('services/auth/package.json', '{}')
  folder.write('infra/local/package.json', '{ "type": "module" }')
  folder.write('infra/local/start.ts', `console.log('started', ...process.argv.slice(2)); process.exitCode = 5`)
  for (const part of ['bootstrap.mjs', 'toolchain'])
    cpSync(join(here, part), join(folder.path, 'infra/local', part), { recursive: true })
  chmodSync(folder.write('bin/npx', `#!/bin/sh\n${npx}\n`), 0o755)
  return folder
}

function bootstrap({ path }: Temporary, ...args: string[]) {
  const env = { ...process.env, PATH: `${path}/bin:${process.env.PATH}` }
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(path, 'infra/local/bootstrap.mjs'), ...args], {
    env,
    encoding: 'utf8',
  })
  return { status, said: stdout + stderr }
}

const install = 'echo "pnpm: $*"; mkdir -p node_modules/node/bin && ln -sf "$NODE_FOR_TEST" node_modules/node/bin/node'
process.env.NODE_FOR_TEST = process.execPath

test('the first run installs, later ones go straight to the program, with its arguments and exit code', () => {
  using folder = clone(install)
  const first = bootstrap(folder, 'start', '--fresh')
  expect(first.said).toMatch(/Installing packages[^]*pnpm: -y pnpm@[\d.]+ install --frozen-lockfile[^]*started --fresh/)
  expect(first.status).toBe(5)
  expect(bootstrap(folder, 'start')).toEqual({ status: 5, said: 'started\n' })
  folder.write('pnpm-lock.yaml', 'lockfileVersion: 10\n')
  expect(bootstrap(folder, 'start').said).toContain('Installing packages')
})

test('an install that fails says why, starts nothing, leaves no stamp, and is tried again', () => {
  using folder = clone('echo "ERR_NO_SUCH_PACKAGE" >&2; exit 4')
  for (let attempt = 1; attempt <= 2; attempt++) {
    const { status, said } = bootstrap(folder, 'start')
    expect(said).toMatch(/ERR_NO_SUCH_PACKAGE[^]*could not be installed/)
    expect(said).not.toContain('started')
    expect(status).toBe(4)
  }
})

test('an install without Node 24 is named', () => {
  using folder = clone('mkdir -p node_modules')
  expect(bootstrap(folder, 'start')).toMatchObject({ status: 1, said: expect.stringContaining('not Node 24') })
})

test('a client that cannot be generated says why and leaves no stamp', () => {
  using folder = clone(install)
  folder.write('services/auth/prisma/schema.prisma', schema)
  mkdirSync(join(folder.path, 'node_modules/prisma/build'), { recursive: true })
  folder.write('node_modules/prisma/build/index.js', `console.error('the schema is wrong'); process.exit(1)`)
  expect(bootstrap(folder, 'start')).toMatchObject({
    status: 1,
    said: expect.stringMatching(/services\/auth[^]*the schema is wrong/),
  })
  expect(existsSync(join(folder.path, 'node_modules/.parley-stamp.json'))).toBe(false)
  folder.write('node_modules/prisma/build/index.js', `require('fs').mkdirSync('generated', { recursive: true })`)
  expect(bootstrap(folder, 'start').said).toMatch(/database client of services\/auth\nstarted/)
  expect(bootstrap(folder, 'start').said).toBe('started\n')
})

test('an unknown program is refused before anything is installed', () => {
  using folder = clone(install)
  expect(bootstrap(folder, 'dance')).toMatchObject({ status: 2, said: expect.stringContaining('start|talk|test') })
  expect(existsSync(join(folder.path, 'node_modules'))).toBe(false)
})

test('the stamp changes with the lockfile, any manifest and any schema, and with nothing else', () => {
  using folder = clone(install)
  const before = currentStamp(folder.path)
  folder.write('services/auth/src/main.ts', '')
  symlinkSync('package.json', join(folder.path, 'link.json'))
  expect(currentStamp(folder.path)).toEqual(before)
  folder.write('services/auth/prisma/schema.prisma', schema)
  const withSchema = currentStamp(folder.path)
  expect(withSchema.packages).toBe(before.packages)
  expect(withSchema.clients).not.toBe(before.clients)
  folder.write('services/auth/package.json', '{ "name": "auth" }')
  const withManifest = currentStamp(folder.path)
  expect(withManifest.packages).not.toBe(before.packages)
  folder.write('services/billing/package.json', '{}')
  expect(currentStamp(folder.path).packages).not.toBe(withManifest.packages)
})

test('tools see how the network is reached, not what an outer npm was told', () => {
  const outer = {
    npm_config_registry: 'r',
    npm_config_omit: 'dev',
    npm_config_prefix: '/x',
    npm_config_cafile: '/ca',
    NODE_ENV: 'production',
    PATH: '/bin',
  }
  const seen = toolEnvironment('/clone', outer)
  expect(seen).toMatchObject({
    npm_config_registry: 'r',
    npm_config_cafile: '/ca',
    PATH: '/clone/node_modules/.bin:/bin',
    TURBO_TELEMETRY_DISABLED: '1',
  })
  expect(Object.keys(seen)).not.toEqual(expect.arrayContaining(['npm_config_omit']))
  expect(seen).not.toHaveProperty('npm_config_prefix')
  expect(seen).not.toHaveProperty('NODE_ENV')
})
