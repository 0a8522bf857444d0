import type { DeviceAction, OfferedTool } from '@parley/contracts'
import { plain } from './plain.ts'

export type Switch = { name: string; arguments: Record<string, unknown> }

/** How tools are called that turn something on or off, as far as firmware in the field goes. */
const verbs: Record<'turn_on' | 'turn_off', RegExp> = {
  turn_on: /(?:turn|switch|power)_?on$|^(?:.*[._])?on$|_open$/i,
  turn_off: /(?:turn|switch|power)_?off$|^(?:.*[._])?off$|_close$/i,
}
/** Those that take the state as an argument. */
const setter = /(?:set_?(?:power|state|switch|enabled?|on)|toggle|switch|power)$/i

export const statusTool = 'self.get_device_status'

/**
 * The tool with which something is turned on or off: of those whose name or description has the target, the one that says so
 * itself, else one that takes a boolean. Undefined when there is none, or when without a target there are several.
 */
export function findSwitch(
  tools: readonly OfferedTool[],
  action: Exclude<DeviceAction, 'get_status'>,
  target: string | undefined,
): Switch | undefined {
  const wanted = target === undefined ? '' : plain(target)
  const candidates = tools.filter(
    ({ name, description }) => plain(name).includes(wanted) || plain(description).includes(wanted),
  )
  const direct = candidates.filter(({ name }) => verbs[action].test(name))
  const [only] = direct
  if (only && (direct.length === 1 || target !== undefined)) return { name: only.name, arguments: {} }
  const setters = candidates.flatMap(({ name, inputSchema }) => {
    const property = setter.test(name) ? booleanOf(inputSchema) : undefined
    return property === undefined ? [] : [{ name, arguments: { [property]: action === 'turn_on' } }]
  })
  return setters.length === 1 || target !== undefined ? setters[0] : undefined
}

/** The one property that is yes or no, when nothing else is needed. */
function booleanOf({ properties, required }: Record<string, unknown>): string | undefined {
  const all = Object.entries((properties ?? {}) as Record<string, { type?: unknown }>)
  const booleans = all.filter(([, { type }]) => type === 'boolean').map(([name]) => name)
  const needed = Array.isArray(required) ? required : []
  return booleans.length === 1 && needed.every((name) => name === booleans[0]) ? booleans[0] : undefined
}
