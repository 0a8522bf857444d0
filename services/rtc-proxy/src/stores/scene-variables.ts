import type { Secret } from '@parley/service-kit'

export type SceneVariables = Record<string, Secret | undefined>

const reference = /\$\{([A-Z][A-Z0-9_]*)\}/g

/**
 * A value with `${NAME}` in its texts, at any depth, replaced by the variable's value. Only the names that are given here can be
 * referred to, so that a scene cannot read the rest of the environment.
 * @returns what is wrong as well, by path; the path of the value itself is empty
 */
export function fillVariables(value: unknown, variables: SceneVariables): { value: unknown; problems: string[] } {
  const problems: string[] = []

  function fillText(text: string, path: string): string {
    return text.replace(reference, (whole, name: string) => {
      if (!Object.hasOwn(variables, name)) problems.push(`${path}: ${whole} is not one of RTC_SCENE_VARIABLES`)
      else if (variables[name] === undefined) problems.push(`${path}: ${name} is not set`)
      return variables[name]?.reveal() ?? ''
    })
  }

  function fill(value: unknown, path: string): unknown {
    if (typeof value === 'string') return fillText(value, path)
    if (typeof value !== 'object' || value === null) return value
    const inside = (name: string) => (path ? `${path}.${name}` : name)
    if (Array.isArray(value)) return value.map((item, index) => fill(item, inside(String(index))))
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, fill(item, inside(name))]))
  }

  return { value: fill(value, ''), problems }
}
