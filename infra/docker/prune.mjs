// Picks out of the workspace what one service needs in production: `node infra/docker/prune.mjs <service> <folder>` leaves there
//   manifests/  what its packages are installed from: changes seldom, and with it the layer of the installed packages
//   schema/     its database schema, if it has one
//   sources/    what runs
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

const [service, folder] = process.argv.slice(2)
if (!service || !folder) throw new Error('Usage: node infra/docker/prune.mjs <service> <folder>')
if (!existsSync(`services/${service}/src/main.ts`))
  throw new Error(`There is no service "${service}": build with SERVICE=<name>`)

/** @type {Map<string, { path: string, dependencies: string[] }>} */
const workspace = new Map(
  ['packages', 'services'].flatMap((parent) => readdirSync(parent).map((name) => readPackage(`${parent}/${name}`))),
)

/** @param {string} path @returns {[string, { path: string, dependencies: string[] }]} */
function readPackage(path) {
  const { name, dependencies = {} } = JSON.parse(readFileSync(`${path}/package.json`, 'utf8'))
  return [name, { path, dependencies: Object.keys(dependencies) }]
}

/**
 * The folders of a package and of all that it needs of the workspace.
 * @param {string} name @param {Set<string>} [found] @returns {Set<string>}
 */
function needed(name, found = new Set()) {
  const item = workspace.get(name)
  if (!item || found.has(item.path)) return found
  found.add(item.path)
  for (const dependency of item.dependencies) needed(dependency, found)
  return found
}

/** @param {string} from @param {string} part */
function copy(from, part) {
  const isTest = (/** @type {string} */ path) => basename(path).endsWith('.test.ts')
  if (existsSync(from))
    cpSync(from, join(String(folder), part, from), { recursive: true, filter: (path) => !isTest(path) })
}

const paths = [...needed(`@parley/${service}`)]
for (const file of ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml']) copy(file, 'manifests')
for (const path of paths) copy(`${path}/package.json`, 'manifests')
for (const path of paths) for (const part of ['src', 'prisma']) copy(`${path}/${part}`, 'sources')
copy('LICENSE', 'sources')
mkdirSync(join(folder, 'schema/services', service), { recursive: true })
copy(`services/${service}/prisma/schema.prisma`, 'schema')
