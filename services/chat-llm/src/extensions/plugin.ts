import type { Alarm, DrawInput, NewAlarm, PictureAspect, PictureFindings } from '@parley/contracts'
import type { ConfigOf, Variable } from '@parley/service-kit'
import { z } from 'zod'
import type { ToolTurn } from '../domain/tools/tool.ts'

/** What plugins are given to work with. */
export type PluginServices = {
  /** For addresses that the operator has set. */
  fetch: typeof fetch
  /** For addresses that agents' owners give: nothing on private networks. */
  publicFetch: typeof fetch
  now: () => Date
  timeZone: string
  roles: Roles
  alarms: DeviceAlarms
  pictures: PluginPictures
}

/** Pictures, for somebody. */
export type PluginPictures = {
  readonly draws: boolean
  readonly reads: boolean
  /** @returns where it can be fetched for a while */
  draw: (ownerId: string, input: DrawInput, signal: AbortSignal) => Promise<string>
  /** @throws Problem `not-found` for a file that is not the owner's */
  read: (ownerId: string, key: string, aspect: PictureAspect, signal: AbortSignal) => Promise<PictureFindings>
}

/** Who may answer on a device. */
export type Roles = {
  /** The owner's own agents and everybody's. */
  list: (ownerId: string) => Promise<{ agentId: string; name: string }[]>
  /** From the next turn on. @throws Problem `not-found` when the device is not the owner's any more */
  take: (device: { deviceId: string; ownerId: string; agentId: string }) => Promise<void>
}

/** What a connected device is going to say. @throws Problem `unavailable` when it is not connected any more */
export type DeviceAlarms = {
  /** @throws Problem `bad-request` for a time that cannot be, `overloaded` when the device keeps as many as it may */
  set: (deviceId: string, alarm: NewAlarm) => Promise<Alarm>
  list: (deviceId: string) => Promise<Alarm[]>
  cancel: (deviceId: string, alarmId: string) => Promise<Alarm>
}

export type PluginCall<Parameters> = {
  turn: ToolTurn
  /** What the agent's owner has set. */
  parameters: Parameters
  signal: AbortSignal
  /** The device goes away once the answer has been said. */
  endConversation: () => void
}

/** One function that a model may call. */
export type PluginDefinition<
  Input extends z.ZodObject,
  Parameters extends z.ZodObject,
  Settings extends Record<string, Variable>,
> = {
  /** What models, agents and logs call it: lower case, digits and `_`. */
  name: string
  /** What it does and when to use it, for the model. */
  description: string
  /** What the model gives; it may depend on what the agent's owner has set. */
  input: Input | ((parameters: z.output<Parameters>) => Input)
  /** What the agent's owner may set. An agent whose parameters do not fit does not have the tool. */
  parameters?: Parameters
  /** What the operator sets. */
  settings?: Settings
  /** What it gives was written by somebody else. */
  outside?: boolean
  timeoutMs?: number
  /** Undefined when it is not set up: then it is not offered. */
  open: (
    settings: ConfigOf<Settings>,
    services: PluginServices,
  ) =>
    | {
        /** Whether this turn may use it. */
        offered?: (about: { turn: ToolTurn; parameters: z.output<Parameters> }) => boolean
        /** Text, or what becomes JSON. @throws Problem, whose detail the model is told */
        run: (input: z.output<Input>, call: PluginCall<z.output<Parameters>>) => unknown
      }
    | undefined
}

/** A plugin whose settings are there. */
export type OpenPlugin = {
  offered: (about: { turn: ToolTurn; parameters: unknown }) => boolean
  run: (input: unknown, call: PluginCall<unknown>) => unknown
}

/** A plugin as it was found in its file. */
export type FoundPlugin = {
  kind: 'plugin'
  name: string
  description: string
  inputFor: (parameters: unknown) => z.ZodObject
  parameters: z.ZodObject
  settings: Record<string, Variable>
  outside: boolean
  timeoutMs: number | undefined
  open: (settings: Record<string, unknown>, services: PluginServices) => OpenPlugin | undefined
}

const noParameters = z.object({})

/** Describes a plugin: the default export of its file. @throws Error for a name or a description that cannot be used */
export function definePlugin<
  Input extends z.ZodObject,
  Parameters extends z.ZodObject = typeof noParameters,
  Settings extends Record<string, Variable> = Record<string, Variable>,
>(definition: PluginDefinition<Input, Parameters, Settings>): FoundPlugin {
  const { name, description, input, outside = false, timeoutMs } = definition
  if (!/^[a-z][a-z0-9_]{0,63}$/.test(name)) throw new Error(`"${name}" is no name for a plugin`)
  if (description.trim() === '' || description.length > 1_000)
    throw new Error(`The description of ${name} is empty or longer than 1000 characters`)
  return {
    kind: 'plugin',
    name,
    description,
    inputFor: (parameters) => (typeof input === 'function' ? input(parameters as z.output<Parameters>) : input),
    parameters: definition.parameters ?? noParameters,
    settings: definition.settings ?? {},
    outside,
    timeoutMs,
    open: (settings, services) => {
      const opened = definition.open(settings as ConfigOf<Settings>, services)
      if (!opened) return undefined
      const { offered = () => true, run } = opened
      return {
        offered: (about) => offered(about as Parameters0<typeof offered>),
        run: (given, call) => run(given as z.output<Input>, call as PluginCall<z.output<Parameters>>),
      }
    },
  }
}

type Parameters0<F extends (...args: never[]) => unknown> = F extends (first: infer A) => unknown ? A : never
