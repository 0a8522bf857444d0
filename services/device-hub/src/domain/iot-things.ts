import type { DeviceTool, ToolCall, ToolResult } from '@parley/contracts'
import type { IotDescriptor, IotState } from '@parley/device-protocol'

/**
 * The things of firmware up to 1.7, as tools: `Thing_Method` gives a command, `Thing_get_property` tells what the device last
 * said of it. Commands are not acknowledged.
 */
export type IotThings = {
  describe: (descriptors: readonly IotDescriptor[]) => void
  update: (states: readonly IotState[]) => void
  tools: () => DeviceTool[]
  /** Undefined when there is no such tool. */
  call: (call: ToolCall, send: (command: IotCommand) => void) => ToolResult | undefined
  readonly states: Record<string, Record<string, unknown>>
}

export type IotCommand = { name: string; method: string; parameters: Record<string, unknown> }

const mostThings = 32
const mostTools = 128

export function createIotThings(): IotThings {
  const things = new Map<string, IotDescriptor>()
  const states = new Map<string, Record<string, unknown>>()

  const methodTools = ({ name, description, methods }: IotDescriptor): DeviceTool[] =>
    Object.entries(methods).map(([method, about]) => ({
      name: `${name}_${method}`,
      description: `${description}: ${about.description}`.slice(0, 4_000),
      inputSchema: { type: 'object', properties: about.parameters, required: Object.keys(about.parameters) },
    }))
  const propertyTools = ({ name, description, properties }: IotDescriptor): DeviceTool[] =>
    Object.entries(properties).map(([property, about]) => ({
      name: `${name}_get_${property}`,
      description: `${description}: ${about.description}`.slice(0, 4_000),
      inputSchema: { type: 'object', properties: {} },
    }))

  return {
    describe: (descriptors) => {
      for (const descriptor of descriptors)
        if (things.has(descriptor.name) || things.size < mostThings) things.set(descriptor.name, descriptor)
    },
    update: (news) => {
      for (const { name, state } of news) if (things.has(name)) states.set(name, { ...states.get(name), ...state })
    },
    tools: () =>
      [...things.values()].flatMap((thing) => [...methodTools(thing), ...propertyTools(thing)]).slice(0, mostTools),
    call: ({ name, arguments: given }, send) => {
      for (const [thing, { methods, properties }] of things) {
        if (!name.startsWith(`${thing}_`)) continue
        const rest = name.slice(thing.length + 1)
        if (Object.hasOwn(methods, rest)) {
          send({ name: thing, method: rest, parameters: given })
          return { text: 'The command was sent', failed: false }
        }
        const property = rest.replace(/^get_/, '')
        if (!rest.startsWith('get_') || !Object.hasOwn(properties, property)) continue
        const value = states.get(thing)?.[property]
        if (value === undefined) return { text: 'The device has not said it yet', failed: true }
        return { text: JSON.stringify(value), failed: false }
      }
      return undefined
    },
    get states() {
      return Object.fromEntries(states)
    },
  }
}
