import { isObject, type Json, type JsonObject } from './json.ts'

/** The field by which elements of these lists are the same one; any other list is replaced as a whole. */
const mergeKeys: Record<string, string> = {
  containers: 'name',
  initContainers: 'name',
  env: 'name',
  volumes: 'name',
  volumeMounts: 'mountPath',
}

/**
 * Puts a strategic merge patch over an object; null takes a field away.
 * @throws Error for the directives of such patches, and for lists that are merged in ways this does not know
 */
export function mergePatch(target: JsonObject, patch: JsonObject): JsonObject {
  const merged = { ...target }
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith('$')) throw new Error(`A patch with ${key} is not rendered`)
    if (value === null) delete merged[key]
    else merged[key] = mergeValue(key, merged[key], value)
  }
  return merged
}

function mergeValue(key: string, before: Json | undefined, value: Json): Json {
  if (before === undefined) return value
  if (isObject(before) && isObject(value)) return mergePatch(before, value)
  if (!Array.isArray(before) || !Array.isArray(value)) return value
  const by = mergeKeys[key]
  if (by !== undefined) return mergeLists(before as JsonObject[], value as JsonObject[], by)
  if (value.some((item) => typeof item === 'object')) throw new Error(`A patch of the list ${key} is not rendered`)
  return value
}

/** What the patch speaks of stands first, as kustomize has it. */
function mergeLists(before: JsonObject[], patch: JsonObject[], by: string): JsonObject[] {
  const patched = patch.map((item) => mergePatch(before.find((old) => old[by] === item[by]) ?? {}, item))
  return [...patched, ...before.filter((old) => !patch.some((item) => item[by] === old[by]))]
}

export type Operation = { op: string; path: string; value: Json }

/**
 * Carries out `add` and `replace` of a JSON patch.
 * @throws Error for other operations, and where there is nothing to replace
 */
export function applyOperations(target: JsonObject, operations: Operation[]): JsonObject {
  const changed = structuredClone(target)
  for (const { op, path, value } of operations) {
    const steps = path
      .split('/')
      .slice(1)
      .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    const last = steps.pop() ?? ''
    let place: JsonObject | Json[] = changed
    for (const step of steps) place = ((place as JsonObject)[step] ?? {}) as JsonObject | Json[]
    if (op !== 'add' && op !== 'replace') throw new Error(`The operation ${op} is not rendered`)
    if (Array.isArray(place)) {
      if (op !== 'add' || last !== '-') throw new Error(`In a list only "add" at its end is rendered: ${path}`)
      place.push(value)
      continue
    }
    if (op === 'replace' && !(last in place)) throw new Error(`There is no ${path} to replace`)
    place[last] = value
  }
  return changed
}
