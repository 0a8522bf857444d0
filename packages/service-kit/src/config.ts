import { readFileSync } from 'node:fs'
import { inspect } from 'node:util'
import { z } from 'zod'

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

/** One environment variable: its name, what it must look like, and what it is when unset (required without either). */
export type Variable<Value = unknown> = {
  name: string
  schema: z.ZodType<Value>
  aliases: string[]
  secret: boolean
}

export function variable<Schema extends z.ZodType>(
  name: string,
  schema: Schema,
  options: { aliases?: string[] } = {},
): Variable<z.output<Schema>> {
  return { name, schema: schema as never, aliases: options.aliases ?? [], secret: false }
}

/** A text that is kept as a `Secret`. `optional` gives undefined when unset. */
export function secret(name: string, options: { optional: true; aliases?: string[] }): Variable<Secret | undefined>
export function secret(name: string, options?: { minLength?: number; aliases?: string[] }): Variable<Secret>
export function secret(
  name: string,
  options: { optional?: boolean; minLength?: number; aliases?: string[] } = {},
): Variable<Secret | undefined> {
  const text = z.string().min(options.minLength ?? 1)
  const required = text.transform((value) => new Secret(value))
  const schema = options.optional ? required.optional() : required
  return { name, schema, aliases: options.aliases ?? [], secret: true }
}

/** An address that may carry a password. */
export function secretWithDefault(name: string, otherwise: string): Variable<Secret> {
  const schema = z.string().default(otherwise)
  return { name, schema: schema.transform((value) => new Secret(value)), aliases: [], secret: true }
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

/**
 * Reads a typed configuration. For each variable `NAME`: the environment's value, else the content of the file that
 * `NAME_FILE` names, else its aliases in the same way, else the schema's default. Empty counts as unset.
 * @throws ConfigError naming every wrong value at once; a secret's value is not shown.
 */
export function readConfig<Variables extends Record<string, Variable>>(
  variables: Variables,
  environment: Record<string, string | undefined>,
): ConfigOf<Variables> {
  const problems: string[] = []
  const entries = Object.entries(variables).map(([key, item]) => {
    try {
      return [key, readVariable(item, environment)]
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error))
      return [key, undefined]
    }
  })
  if (problems.length > 0) throw new ConfigError(problems)
  return Object.fromEntries(entries) as ConfigOf<Variables>
}

function readVariable(item: Variable, environment: Record<string, string | undefined>): unknown {
  for (const name of [item.name, ...item.aliases]) {
    const text = readText(name, environment)
    if (text !== undefined) return check(item, name, text)
  }
  return check(item, item.name, undefined)
}

function readText(name: string, environment: Record<string, string | undefined>): string | undefined {
  const value = environment[name]
  if (value?.trim()) return value
  const path = environment[`${name}_FILE`]
  if (!path?.trim()) return undefined
  try {
    return readFileSync(path, 'utf8').trim() || undefined
  } catch {
    throw new Error(`${name}_FILE is "${path}": this file cannot be read`)
  }
}

function check(item: Variable, name: string, text: string | undefined): unknown {
  const read = item.schema.safeParse(text)
  if (read.success) return read.data
  if (text === undefined) throw new Error(`${name} is not set, and it is required`)
  const expected = read.error.issues.map((issue) => issue.message).join('; ')
  throw new Error(`${name} is ${item.secret ? 'set but not usable' : `"${text}"`}: ${expected}`)
}
