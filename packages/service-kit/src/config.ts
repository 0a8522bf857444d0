import { inspect } from 'node:util'
import { z } from 'zod'
import { configFiles, environmentVariables, secretFiles, type Environment, type Layer } from './config-layers.ts'
import type { OlderNames } from './older-names.ts'

/** A value that never shows itself: logs, JSON and inspection print `[secret]`. */
export class Secret {
  readonly #value: string
  constructor(value: string) {
    this.#value = value
  }
  reveal(): string {
    return this.#value
  }
  toString(): string {
    return '[secret]'
  }
  toJSON(): string {
    return '[secret]'
  }
  [inspect.custom](): string {
    return '[secret]'
  }
}

/** One setting: its name, what it must look like, and what it is when unset (required without either). */
export type Variable<Value = unknown> = {
  name: string
  schema: z.ZodType<Value>
  /** Other names for the same value, in the order in which they count. */
  aliases: string[]
  /** For values that older deployments spread over several names. */
  older: OlderNames | undefined
  secret: boolean
}

type Names = { aliases?: string[]; older?: OlderNames }

export function variable<Schema extends z.ZodType>(
  name: string,
  schema: Schema,
  { aliases = [], older }: Names = {},
): Variable<z.output<Schema>> {
  return { name, schema: schema as never, aliases, older, secret: false }
}

/** A text that is kept as a `Secret`. `optional` gives undefined when unset. */
export function secret(name: string, options: Names & { optional: true }): Variable<Secret | undefined>
export function secret(name: string, options?: Names & { minLength?: number }): Variable<Secret>
export function secret(
  name: string,
  { aliases = [], older, ...options }: Names & { optional?: boolean; minLength?: number } = {},
): Variable<Secret | undefined> {
  const text = z.string().min(options.minLength ?? 1)
  const required = text.transform((value) => new Secret(value))
  return { name, schema: options.optional ? required.optional() : required, aliases, older, secret: true }
}

/** An address that may carry a password. */
export function secretWithDefault(
  name: string,
  otherwise: string,
  { aliases = [], older }: Names = {},
): Variable<Secret> {
  const schema = z.string().default(otherwise)
  return { name, schema: schema.transform((value) => new Secret(value)), aliases, older, secret: true }
}

export const wholeNumber = (least: number, most: number) => z.coerce.number().int().min(least).max(most)
export const port = () => wholeNumber(0, 65_535)
export const flag = () => z.stringbool()
/** `a, b,c` → `['a', 'b', 'c']`. */
export const list = () =>
  z.string().transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
  )

export type ConfigOf<Variables extends Record<string, Variable>> = {
  [Key in keyof Variables]: Variables[Key] extends Variable<infer Value> ? Value : never
}

/** Everything that is wrong with a configuration, one line a variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: string[]
  constructor(problems: string[]) {
    super(`The configuration is not valid:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
    this.problems = problems
  }
}

/** A configuration as far as it could be read: what is wrong, and reported, is undefined. */
export type ReadSoFar<Variables extends Record<string, Variable>> = Partial<ConfigOf<Variables>>

export type ReadOptions<Variables extends Record<string, Variable>> = {
  /** Whose YAML files to read; none without it. */
  service?: string
  /** Only some of the service's settings are read: its own file may have others. */
  partial?: boolean
  /** What is wrong between settings that are right by themselves. */
  check?: (config: ReadSoFar<Variables>) => string[]
}

/**
 * Reads a typed configuration. For each setting, the first place that has it: the file that `NAME_FILE` names, the
 * environment, the service's own YAML file, the one for all; within each, the name before its aliases and older names. Else
 * it is the schema's default. Empty counts as unset.
 * @throws ConfigError naming every wrong value at once; a secret's value is not shown.
 */
export function readConfig<Variables extends Record<string, Variable>>(
  variables: Variables,
  environment: Environment,
  { service, partial = false, check = () => [] }: ReadOptions<Variables> = {},
): ConfigOf<Variables> {
  const problems: string[] = []
  function attempt<T>(read: () => T): T | undefined {
    try {
      return read()
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error))
      return undefined
    }
  }

  const files = service === undefined ? [] : (attempt(() => configFiles(environment, service)) ?? [])
  const layers = [secretFiles(environment), environmentVariables(environment), ...files]
  const entries = Object.entries(variables).map(([key, item]) => [key, attempt(() => readVariable(item, layers))])
  const config = Object.fromEntries(entries) as ConfigOf<Variables>
  if (!partial) problems.push(...unknownNames(variables, files, service))
  problems.push(...check(config))
  if (problems.length > 0) throw new ConfigError(problems)
  return config
}

function readVariable(item: Variable, layers: Layer[]): unknown {
  for (const [index, { read, place }] of layers.entries()) {
    for (const name of [item.name, ...item.aliases]) {
      const text = read(name)
      if (text !== undefined) return checkValue(item, place ? `${name} (${place})` : name, text)
    }
    // A part may stand in a layer above, as a password in its file does.
    const above = layers.slice(0, index + 1)
    const older = item.older?.read((name) => firstOf(above, (layer) => layer.read(name)))
    if (older !== undefined) return checkValue(item, item.name, older)
  }
  return checkValue(item, item.name, undefined)
}

function firstOf<Item, Value>(items: Item[], read: (item: Item) => Value | undefined): Value | undefined {
  for (const item of items) {
    const value = read(item)
    if (value !== undefined) return value
  }
  return undefined
}

function checkValue(item: Variable, name: string, text: string | undefined): unknown {
  const read = item.schema.safeParse(text)
  if (read.success) return read.data
  if (text === undefined) throw new Error(`${name} is not set, and it is required`)
  const expected = read.error.issues.map((issue) => issue.message).join('; ')
  throw new Error(`${name} is ${item.secret ? 'set but not usable' : `"${text}"`}: ${expected}`)
}

/** A name in a service's own file that means nothing to it is a typing error. */
function unknownNames(variables: Record<string, Variable>, files: Layer[], service: string | undefined): string[] {
  const known = new Set(
    Object.values(variables).flatMap(({ name, aliases, older }) => [name, ...aliases, ...(older?.names ?? [])]),
  )
  return files.flatMap(({ place, names = [] }) =>
    names.filter((name) => !known.has(name)).map((name) => `${name} (${place}) is no setting of ${service}`),
  )
}
