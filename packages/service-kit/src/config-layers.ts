import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

export type Environment = Record<string, string | undefined>

/** One source of settings. `read` gives a name's text, or undefined when it is not set here; empty counts as unset. */
export type Layer = {
  /** Where a value stands, for messages; undefined for the environment itself. */
  place: string | undefined
  read: (name: string) => string | undefined
  /** Every name that is set here, where that can be known and has to be right. */
  names?: string[]
}

/** The secret files that `NAME_FILE` names. @throws Error naming the variable when its file cannot be read */
export function secretFiles(environment: Environment): Layer {
  return {
    place: undefined,
    read: (name) => {
      const path = environment[`${name}_FILE`]?.trim()
      if (!path) return undefined
      try {
        return readFileSync(path, 'utf8').trim() || undefined
      } catch {
        throw new Error(`${name}_FILE is "${path}": this file cannot be read`)
      }
    },
  }
}

export function environmentVariables(environment: Environment): Layer {
  return { place: undefined, read: (name) => (environment[name]?.trim() ? environment[name] : undefined) }
}

/**
 * The YAML files of a service, its own first: `<service>.yaml`, then `config.yaml`, which is for all of them, in the folder
 * `CONFIG_DIR` (`config` in the working directory).
 * @throws Error naming a file that is no YAML map
 */
export function configFiles(environment: Environment, service: string): Layer[] {
  const folder = environment['CONFIG_DIR']?.trim() || 'config'
  const own = readYaml(join(folder, `${service}.yaml`))
  const all = readYaml(join(folder, 'config.yaml'))
  return [...(own ? [{ ...own, names: own.names }] : []), ...(all ? [{ place: all.place, read: all.read }] : [])]
}

function readYaml(path: string): (Layer & { names: string[] }) | undefined {
  if (!existsSync(path)) return undefined
  const values = new Map<string, string>()
  flatten(parseYaml(path), [], values)
  return { place: path, read: (name) => values.get(name), names: [...values.keys()] }
}

function parseYaml(path: string): object {
  let content: unknown
  try {
    content = parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause)
    throw new Error(`${path} is not YAML: ${reason}`, { cause })
  }
  if (content === null || content === undefined) return {}
  if (typeof content === 'object' && !Array.isArray(content)) return content
  throw new Error(`${path} must be a map of names and values`)
}

type YamlValue = string | number | boolean | null | YamlValue[] | { [key: string]: YamlValue }

/** `{ llm: { base-url: x } }` sets `LLM_BASE_URL`; a list is what commas separate. */
function flatten(content: object, path: string[], values: Map<string, string>): void {
  for (const [key, value] of Object.entries(content) as [string, YamlValue][]) {
    const parts = [...path, key.toUpperCase().replaceAll('-', '_')]
    if (Array.isArray(value)) values.set(parts.join('_'), (value as unknown[]).map(String).join(','))
    else if (typeof value === 'object' && value !== null) flatten(value, parts, values)
    else if (value !== null && `${value}`.trim() !== '') values.set(parts.join('_'), `${value}`)
  }
}
