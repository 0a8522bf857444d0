import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** @typedef {{ packages: string, clients: string }} Stamp what was installed, and for which schemas clients were generated */

const stampFile = 'node_modules/.parley-stamp.json'

/**
 * What an install of the clone as it is now would be made of.
 * @param {string} clone
 * @returns {Stamp}
 */
export function currentStamp(clone) {
  const manifests = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', ...workspaceManifests(clone)]
  return { packages: hashFiles(clone, manifests), clients: hashFiles(clone, prismaSchemas(clone)) }
}

/**
 * What the last complete install was made of.
 * @param {string} clone
 * @returns {Partial<Stamp>} empty when there was none
 */
export function readStamp(clone) {
  try {
    return JSON.parse(readFileSync(join(clone, stampFile), 'utf8'))
  } catch {
    return {}
  }
}

/** @param {string} clone @param {Stamp} stamp */
export const writeStamp = (clone, stamp) => writeFileSync(join(clone, stampFile), `${JSON.stringify(stamp)}\n`)

/** @param {string} clone */
export const removeStamp = (clone) => rmSync(join(clone, stampFile), { force: true })

/**
 * The database schemas of the services, relative to the clone.
 * @param {string} clone
 */
export const prismaSchemas = (clone) =>
  expand(clone, 'services/*')
    .map((folder) => `${folder}/prisma/schema.prisma`)
    .filter((file) => existsSync(join(clone, file)))

/** @param {string} clone */
function workspaceManifests(clone) {
  const declared = readFileSync(join(clone, 'pnpm-workspace.yaml'), 'utf8')
  const block = /^packages:\n((?:[ \t]+-.*\n?)+)/m.exec(declared)?.[1] ?? ''
  const patterns = [...block.matchAll(/-\s*['"]?([^\s'"]+)/g)].map((match) => match[1] ?? '')
  return patterns.flatMap((pattern) => expand(clone, pattern)).map((folder) => `${folder}/package.json`)
}

/** @param {string} clone @param {string} pattern a folder, or `folder/*` */
function expand(clone, pattern) {
  if (!pattern.endsWith('/*')) return [pattern]
  const parent = pattern.slice(0, -2)
  if (!existsSync(join(clone, parent))) return []
  return readdirSync(join(clone, parent))
    .sort()
    .map((name) => `${parent}/${name}`)
}

/** @param {string} clone @param {string[]} files */
function hashFiles(clone, files) {
  const hash = createHash('sha256')
  for (const file of files) {
    const path = join(clone, file)
    if (existsSync(path)) hash.update(`${file}\0`).update(readFileSync(path)).update('\0')
  }
  return hash.digest('hex')
}
