import { readFileSync } from 'node:fs'

const own = readFileSync(new URL('../package.json', import.meta.url), 'utf8')

/** The release of Parley: its packages and services have one version. */
export const { version } = JSON.parse(own) as { version: string }
