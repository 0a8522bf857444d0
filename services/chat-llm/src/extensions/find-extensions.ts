import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { FoundHook } from './hook.ts'
import { kit } from './kit.ts'
import type { FoundPlugin } from './plugin.ts'

export type Found = { plugins: FoundPlugin[]; hooks: FoundHook[] }

/** Says that a file, or a whole folder, cannot be used. */
export type OnBroken = (path: string, error: unknown) => void

/**
 * The plugins and hooks of folders: each file has one as its default export, or a function that makes one with the kit. A
 * file that cannot be used is told, and no more; the first of a name keeps it.
 */
export async function findExtensions(folders: readonly string[], onBroken: OnBroken): Promise<Found> {
  const found: Found = { plugins: [], hooks: [] }
  for (const folder of folders) {
    for (const path of await filesOf(folder, onBroken)) {
      try {
        const extension = await readExtension(path)
        const others: (FoundPlugin | FoundHook)[] = extension.kind === 'plugin' ? found.plugins : found.hooks
        if (others.some(({ name }) => name === extension.name)) throw new Error(`There is a ${extension.name} already`)
        others.push(extension)
      } catch (error) {
        onBroken(path, error)
      }
    }
  }
  return found
}

async function filesOf(folder: string, onBroken: OnBroken): Promise<string[]> {
  try {
    const names = await readdir(folder)
    return names
      .filter((name) => /(?<!\.test|\.d)\.(?:ts|mts|js|mjs)$/.test(name))
      .toSorted()
      .map((name) => join(folder, name))
  } catch (error) {
    onBroken(folder, error)
    return []
  }
}

async function readExtension(path: string): Promise<FoundPlugin | FoundHook> {
  const { default: given } = (await import(pathToFileURL(path).href)) as { default?: unknown }
  const made: unknown = typeof given === 'function' ? (given as (with_: typeof kit) => unknown)(kit) : given
  if (isExtension(made)) return made
  throw new Error('The default export is neither made by definePlugin or defineHook, nor a function that does so')
}

function isExtension(value: unknown): value is FoundPlugin | FoundHook {
  return typeof value === 'object' && value !== null && 'kind' in value && /^(?:plugin|hook)$/.test(String(value.kind))
}
