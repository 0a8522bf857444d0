import type { ConfigOf, Logger, Variable } from '@parley/service-kit'
import type { Hook } from '../domain/hooks/hook.ts'

export type HookServices = { log: Logger }

export type HookDefinition<Settings extends Record<string, Variable>> = {
  /** What it is called in logs; letters, digits and `-`. */
  name: string
  settings?: Settings
  /** Undefined when it is not set up: then it does not exist. */
  open: (settings: ConfigOf<Settings>, services: HookServices) => Omit<Hook, 'name'> | undefined
}

/** A hook as it was found in its file. */
export type FoundHook = {
  kind: 'hook'
  name: string
  settings: Record<string, Variable>
  open: (settings: Record<string, unknown>, services: HookServices) => Hook | undefined
}

/** Describes a hook: the default export of its file. @throws Error for a name that is none */
export function defineHook<Settings extends Record<string, Variable>>(definition: HookDefinition<Settings>): FoundHook {
  const { name, settings, open } = definition
  if (!/^[a-z][a-z0-9-]{0,63}$/.test(name)) throw new Error(`"${name}" is no name for a hook`)
  return {
    kind: 'hook',
    name,
    settings: settings ?? {},
    open: (values, services) => {
      const hook = open(values as ConfigOf<Settings>, services)
      return hook && { ...hook, name }
    },
  }
}
