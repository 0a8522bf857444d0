import { join } from 'node:path'

/**
 * An object is two files: its bytes at `{dir}/{key}`, and `{dir}/{key}.about.json` beside them, whose name cannot be a key. An
 * upload grows in `{dir}/.partial`, on the same volume, and is renamed when it is whole: the bytes last, so that what can be
 * seen is complete.
 */
export type Layout = {
  bytesOf: (key: string) => string
  aboutOf: (key: string) => string
  partialDir: string
  temporaryDir: string
}

const aboutSuffix = '.about.json'

export function createLayout(dir: string): Layout {
  return {
    bytesOf: (key) => join(dir, key),
    aboutOf: (key) => join(dir, `${key}${aboutSuffix}`),
    partialDir: join(dir, '.partial'),
    temporaryDir: join(dir, 'temporary'),
  }
}

export function isAbout(name: string): boolean {
  return name.endsWith(aboutSuffix)
}
