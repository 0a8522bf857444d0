import { z } from 'zod'
import { event, request } from './contract.ts'
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

export const device = {
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
  /** Asks whoever holds an older connection of this device to close it. */
  kick: event('device.v1.{deviceId}.kick', Kick),
  online: event('device.v1.online', z.object({ deviceId: DeviceId })),
  offline: event('device.v1.offline', z.object({ deviceId: DeviceId, reason: z.string() })),
}
