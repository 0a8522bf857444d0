import { fileURLToPath } from 'node:url'
import type { Logger, Variable } from '@parley/service-kit'
import type { Hook } from '../domain/hooks/hook.ts'
import type { ToolSource } from '../domain/tools/tool.ts'
import { findExtensions } from './find-extensions.ts'
import { createPluginSource, type ReadyPlugin } from './plugin-source.ts'
import type { PluginServices } from './plugin.ts'

export type ExtensionSettings = {
  /** A folder of the operator's own files. */
  pluginsDir: string | undefined
  /** Reads the settings of an extension where those of the service come from. @throws ConfigError */
  readSettings: (variables: Record<string, Variable>) => Record<string, unknown>
}

const folderOf = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url))

/** Finds plugins and hooks and opens those that are set up. One that cannot be used is named in the log and left out. */
export async function openExtensions(
  { pluginsDir, readSettings }: ExtensionSettings,
  services: PluginServices,
  log: Logger,
): Promise<{ plugins: ToolSource; hooks: Hook[] }> {
  const broken = (extension: string, error: unknown) => log.error({ extension, error }, 'an extension cannot be used')
  const folders = [folderOf('plugins'), folderOf('hooks'), ...(pluginsDir === undefined ? [] : [pluginsDir])]
  const found = await findExtensions(folders, broken)

  function open<Item extends { name: string; settings: Record<string, Variable> }, Opened>(
    item: Item,
    work: (item: Item, settings: Record<string, unknown>) => Opened | undefined,
  ): Opened | undefined {
    try {
      return work(item, readSettings(item.settings))
    } catch (error) {
      broken(item.name, error)
      return undefined
    }
  }

  const plugins: ReadyPlugin[] = found.plugins.flatMap((plugin) => {
    const opened = open(plugin, (each, settings) => each.open(settings, services))
    return opened ? [{ plugin, opened }] : []
  })
  const hooks: Hook[] = found.hooks.flatMap(
    (hook) => open(hook, (each, settings) => each.open(settings, { log })) ?? [],
  )
  const names = plugins.map(({ plugin }) => plugin.name)
  const notSetUp = found.plugins.map(({ name }) => name).filter((name) => !names.includes(name))
  log.info({ plugins: names, notSetUp, hooks: hooks.map(({ name }) => name) }, 'extensions')
  return { plugins: createPluginSource(plugins, log), hooks }
}
