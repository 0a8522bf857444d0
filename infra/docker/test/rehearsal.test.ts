import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '@parley/local-infrastructure'
import { cornerEnvironment, openCorner } from '@parley/testkit'
import { expect, test } from 'vitest'
import { rehearse, type Image } from '../rehearsal.ts'

type Manifest = { dependencies?: Record<string, string>; devDependencies?: Record<string, string> }

const root = join(import.meta.dirname, '../../..')
const slow = 60_000
const readManifest = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as Manifest

const parley = (image: Image) => join(image.folder, 'parley')
/** The workspace folders in an image. */
const members = (image: Image) =>
  ['packages', 'services'].flatMap((parent) =>
    readdirSync(join(parley(image), parent)).map((name) => `${parent}/${name}`),
  )

/** Packages that only development needs, out of what is there to be found. */
function developmentPackages(image: Image): string[] {
  const tools = Object.keys(readManifest(join(root, 'package.json')).devDependencies ?? {})
  const installed = readdirSync(join(parley(image), 'node_modules/.pnpm'))
  const ofRoot = tools.filter(
    (name) => name !== '@types/node' && installed.some((folder) => folder.startsWith(`${name}@`)),
  )
  const ofMembers = members(image).flatMap((path) => {
    const { dependencies = {}, devDependencies = {} } = readManifest(join(root, path, 'package.json'))
    const onlyDevelopment = Object.keys(devDependencies).filter((name) => !(name in dependencies))
    return onlyDevelopment.filter((name) => existsSync(join(parley(image), path, 'node_modules', name)))
  })
  return [...ofRoot, ...ofMembers]
}

const testFiles = (image: Image) =>
  globSync(['{packages,services}/*/test', '{packages,services}/*/src/**/*.test.ts'], { cwd: parley(image) })

test(
  'an image holds what its service needs in production, and the service starts and ends in it',
  { timeout: slow },
  async () => {
    await using corner = await openCorner()
    using image = await rehearse('gateway')
    expect(members(image)).toContain('services/gateway')
    expect(members(image).filter((path) => path.startsWith('services/'))).toEqual(['services/gateway'])
    expect(members(image)).not.toContain('packages/testkit')
    expect(developmentPackages(image)).toEqual([])
    expect(testFiles(image)).toEqual([])

    const child = await image.start({
      ...cornerEnvironment(corner),
      INTERNAL_PORT: String(await freePort()),
      GATEWAY_PORT: '0',
      OBJECT_STORE_DIR: join(parley(image), 'data/objects'),
      OBJECT_STORE_URL_SECRET: 'o'.repeat(32),
    })
    await child.stop()
    expect(await child.exited).toEqual({ code: 0, signal: null })
  },
)

test(
  'a service with a database migrates from its image, then starts with migrations off',
  { timeout: slow },
  async () => {
    await using corner = await openCorner()
    using image = await rehearse('auth')
    expect(developmentPackages(image)).toEqual([])
    expect(testFiles(image)).toEqual([])
    const environment = { ...cornerEnvironment(corner), INTERNAL_PORT: String(await freePort()), MIGRATE: 'off' }
    await expect(image.start(environment)).rejects.toThrow('it ended with code 1')

    const { DATABASE_URL } = cornerEnvironment(corner)
    const migration = await image.run(['node', 'src/migrate.ts'], { DATABASE_URL: DATABASE_URL ?? '' })
    expect(migration).toMatchObject({ code: 0, output: expect.stringContaining('migrated') as string })
    const child = await image.start(environment)
    await child.stop()
    expect(await child.exited).toEqual({ code: 0, signal: null })
  },
)
