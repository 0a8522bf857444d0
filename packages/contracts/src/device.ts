import { z } from 'zod'
import { event, request } from './contract.ts'
import { DeviceSettings, DeviceSettingsChange, DeviceStatus, FirmwareOutcome } from './device-status.ts'
import { DeviceId } from './ids.ts'

/** A tool that a device offers (MCP on the device). `inputSchema` is JSON Schema. */
export const DeviceTool = z.object({
  name: z.string().min(1).max(128),
  description: z.string().max(4_000),
  inputSchema: z.record(z.string(), z.unknown()),
})
export type DeviceTool = z.infer<typeof DeviceTool>

export const ToolCall = z.object({ name: z.string().min(1).max(128), arguments: z.record(z.string(), z.unknown()) })
export type ToolCall = z.infer<typeof ToolCall>

/** `failed` is the tool's own failure, told to the model; a device that cannot be reached is a Problem. */
export const ToolResult = z.object({ text: z.string(), failed: z.boolean() })
export type ToolResult = z.infer<typeof ToolResult>

export const Kick = z.object({
  reason: z.enum(['replaced', 'removed', 'operator']),
  epoch: z.number().int().optional(),
})
export type Kick = z.infer<typeof Kick>

/** A device as its owner sees it. */
export const Device = z.object({
  deviceId: DeviceId,
  name: z.string(),
  /** Who answers on it; the default agent without one. */
  agentId: z.uuid().optional(),
  boardName: z.string().optional(),
  firmwareVersion: z.string().optional(),
  /** What became of the last firmware that it was offered. */
  firmware: FirmwareOutcome.optional(),
  status: DeviceStatus.optional(),
  settings: DeviceSettings,
  online: z.boolean(),
  boundAt: z.iso.datetime(),
  lastSeenAt: z.iso.datetime(),
})
export type Device = z.infer<typeof Device>

/** A tool as an owner sees it: those that only people may use are not told to a model. */
export const OfferedTool = DeviceTool.extend({ userOnly: z.boolean() })
export type OfferedTool = z.infer<typeof OfferedTool>

/** The same three for every device, whatever its tools are called. */
export const DeviceAction = z.enum(['turn_on', 'turn_off', 'get_status'])
export type DeviceAction = z.infer<typeof DeviceAction>

const DeviceName = z.string().trim().min(1).max(64)
const One = z.object({ deviceId: DeviceId })

export const device = {
  /** Makes the device that shows or says this code the caller's. A code works once. */
  bind: request('device.v1.bind', {
    input: z.object({
      code: z.string().regex(/^[0-9]{6}$/, 'the six digits of the device'),
      name: DeviceName.optional(),
    }),
    output: Device,
    timeoutMs: 8_000,
    access: 'user',
  }),
  /** The caller's devices, the last one bound first. */
  list: request('device.v1.list', {
    input: z.object({}),
    output: z.object({ devices: z.array(Device) }),
    timeoutMs: 3_000,
    access: 'user',
  }),
  read: request('device.v1.read', { input: One, output: Device, timeoutMs: 3_000, access: 'user' }),
  /** Changes what is given; an `agentId` of `null` is the default agent. In force from the next turn on. */
  update: request('device.v1.update', {
    input: One.extend({
      name: DeviceName.optional(),
      agentId: z.uuid().nullable().optional(),
      settings: DeviceSettingsChange.optional(),
    }),
    output: Device,
    timeoutMs: 5_000,
    access: 'user',
  }),
  /** Gives a device up: its credential is void and its connection closed. Its conversations stay the caller's. */
  unbind: request('device.v1.unbind', {
    input: One,
    output: z.object({ unbound: z.boolean() }),
    timeoutMs: 5_000,
    access: 'user',
  }),
  /** A code with which somebody else makes the device theirs; until then it stays the caller's. */
  transfer: request('device.v1.transfer', {
    input: One,
    output: z.object({ code: z.string(), expiresAt: z.iso.datetime() }),
    timeoutMs: 5_000,
    access: 'user',
  }),
  /** Lets a device whose flash was erased have a credential again: the next installation that asks, for a while. */
  allowRebind: request('device.v1.allow-rebind', {
    input: One,
    output: z.object({ until: z.iso.datetime() }),
    timeoutMs: 5_000,
    access: 'user',
  }),
  /** What a connected device of the caller's can do. */
  readTools: request('device.v1.read-tools', {
    input: One,
    output: z.object({ tools: z.array(OfferedTool) }),
    timeoutMs: 5_000,
    access: 'user',
  }),
  /** Turns something on a connected device of the caller's on or off, or tells how the device is. */
  control: request('device.v1.control', {
    input: One.extend({ action: DeviceAction, target: z.string().trim().min(1).max(64).optional() }),
    output: z.object({ success: z.boolean(), message: z.string(), status: DeviceStatus.optional() }),
    timeoutMs: 15_000,
    access: 'user',
  }),
  /**
   * Whether a device is who it says, and whose it is: by its own credential, or by its proof (HMAC-SHA256 by the credential over
   * a nonce that whoever asks has made, and takes once). Without either it is believed only where `LEGACY_MAC_LOGIN` is open, and
   * only while it was never given a credential. Every refusal is the same `unauthorized`.
   */
  authenticate: request('device.v1.authenticate', {
    input: One.extend({
      clientId: z.string().max(128).optional(),
      credential: z.string().min(1).max(2_048).optional(),
      proof: z.object({ nonce: z.string().min(1).max(128), signature: z.string().min(1).max(128) }).optional(),
    }),
    output: One.extend({ ownerId: z.uuid().optional() }),
    timeoutMs: 3_000,
  }),
  /** Lets another agent answer on somebody's device, for whoever knows that it is theirs to choose. `not-found` when the device is not. */
  setAgent: request('device.v1.set-agent', {
    input: One.extend({ ownerId: z.uuid(), agentId: z.uuid() }),
    output: z.object({}),
    timeoutMs: 5_000,
  }),
  /** Calls a tool on a connected device. Nobody listening means offline. */
  call: request('device.v1.{deviceId}.call', {
    input: ToolCall,
    output: ToolResult,
    timeoutMs: 10_000,
    maxTimeoutMs: 30_000,
  }),
  /** Says a text aloud on a connected device. */
  say: request('device.v1.{deviceId}.say', {
    input: z.object({ text: z.string().min(1).max(1_000) }),
    output: z.object({ accepted: z.boolean() }),
    timeoutMs: 3_000,
  }),
  /** What a connected device can do. */
  tools: request('device.v1.{deviceId}.tools', {
    input: z.object({}),
    output: z.object({ tools: z.array(OfferedTool) }),
    timeoutMs: 3_000,
  }),
  /** What the camera of a connected device saw, in this session of it, and what was asked about it. */
  look: request('device.v1.{deviceId}.look', {
    input: z.object({ sessionId: z.uuid(), imageKey: z.string().max(256), question: z.string().max(4_000) }),
    output: z.object({ text: z.string() }),
    timeoutMs: 25_000,
  }),
  /** Asks whoever holds an older connection of this device to close it. */
  kick: event('device.v1.{deviceId}.kick', Kick),
  /** Tells whoever holds the device's connection whose it is now, who answers on it, and how it is set. */
  changed: event(
    'device.v1.{deviceId}.changed',
    z.object({ ownerId: z.uuid().optional(), agentId: z.uuid().optional(), settings: DeviceSettings.optional() }),
  ),
  online: event('device.v1.online', z.object({ deviceId: DeviceId })),
  offline: event('device.v1.offline', z.object({ deviceId: DeviceId, reason: z.string() })),
}
