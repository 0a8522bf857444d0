import { z } from 'zod'
import { event, request } from './contract.ts'
import { DeviceId } from './ids.ts'

/** What somebody wants a device to do. */
export const DeviceCommand = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('call'),
    name: z.string().min(1).max(128),
    arguments: z.record(z.string(), z.unknown()).default({}),
  }),
  z.object({ type: z.literal('say'), text: z.string().trim().min(1).max(1_000) }),
  z.object({
    type: z.literal('alert'),
    status: z.string().max(64).default('Parley'),
    message: z.string().trim().min(1).max(500),
    emotion: z.string().max(32).default('neutral'),
  }),
  z.object({ type: z.literal('reboot') }),
])
export type DeviceCommand = z.infer<typeof DeviceCommand>

/**
 * `queued` waits for the device; `running` was given to it; `done` and `failed` are its own answer; `unanswered`: it left before
 * it answered, and may have done it or not; `expired`: it did not come in time. A command is given to a device once at most.
 */
export const CommandState = z.enum(['queued', 'running', 'done', 'failed', 'unanswered', 'expired'])
export type CommandState = z.infer<typeof CommandState>

export const StoredCommand = z.object({
  commandId: z.uuid(),
  deviceId: DeviceId,
  command: DeviceCommand,
  state: CommandState,
  /** What the device answered. */
  result: z.string().optional(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().optional(),
})
export type StoredCommand = z.infer<typeof StoredCommand>

export const SendCommandInput = z.object({
  deviceId: DeviceId,
  command: DeviceCommand,
  /** For how long it waits for a device that is away. */
  ttlS: z
    .number()
    .int()
    .min(10)
    .max(7 * 86_400)
    .default(86_400),
})
export type SendCommandInput = z.infer<typeof SendCommandInput>

export const deviceCommands = {
  /** Gives a device of the caller's a command, now or when it is back. @throws `overloaded` when too many wait */
  sendCommand: request('device.v1.send-command', {
    input: SendCommandInput,
    output: StoredCommand,
    timeoutMs: 5_000,
    access: 'user',
  }),
  /** The same for any device, by an administrator. */
  operate: request('device.v1.operate', {
    input: SendCommandInput,
    output: StoredCommand,
    timeoutMs: 5_000,
    access: 'admin',
  }),
  /** What a device of the caller's was told lately, the newest first. */
  listCommands: request('device.v1.list-commands', {
    input: z.object({ deviceId: DeviceId, limit: z.number().int().min(1).max(100) }),
    output: z.object({ commands: z.array(StoredCommand) }),
    timeoutMs: 3_000,
    access: 'user',
  }),
  /** Tells whoever holds the device's connection that commands wait for it. */
  commandsWait: event('device.v1.{deviceId}.commands-wait', z.object({})),
}
