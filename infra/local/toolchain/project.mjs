import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The clone this file belongs to. */
export const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))))

/** Where Node 24 stands after the install: the npm package `node` brings it. @param {string} clone */
export const node24 = (clone) => join(clone, 'node_modules/node/bin/node')

/** The one release of pnpm that is used, as a command that needs nothing but npm. */
export const pnpm = /** @type {const} */ (['npx', '-y', 'pnpm@12.21.0'])
