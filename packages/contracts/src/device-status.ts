import { z } from 'zod'
import { Language } from './ids.ts'

const Percent = z.number().int().min(0).max(100)

/** What a device last said of itself; devices differ in what they know. */
export const DeviceStatus = z.object({
  batteryPercent: Percent.optional(),
  charging: z.boolean().optional(),
  volumePercent: Percent.optional(),
  brightnessPercent: Percent.optional(),
  network: z.object({ kind: z.string(), name: z.string().optional(), signal: z.string().optional() }).optional(),
  chipTemperatureC: z.number().optional(),
  at: z.iso.datetime(),
})
export type DeviceStatus = z.infer<typeof DeviceStatus>

export const FirmwareChannel = z.enum(['stable', 'beta'])
export type FirmwareChannel = z.infer<typeof FirmwareChannel>

/** What an owner sets for one device; what is left out is as its agent, and then this installation, has it. */
export const DeviceSettings = z.object({
  language: Language.optional(),
  /** Where it stands, as its agent is told: `the kitchen`, `Bremen`. */
  place: z.string().trim().min(1).max(64).optional(),
  /** Silence that ends an utterance in auto mode, before it adapts to what was said. */
  silenceMs: z.number().int().min(100).max(5_000).optional(),
  adaptiveSilence: z.boolean().optional(),
  /** Without a sign of a person for this long the connection is closed; 0 is never. */
  idleCloseMs: z.number().int().min(0).max(86_400_000).optional(),
  /** Whether talking interrupts the device, where its microphone is open while it speaks. */
  bargeIn: z.boolean().optional(),
  autoUpdate: z.boolean().optional(),
  firmwareChannel: FirmwareChannel.optional(),
})
export type DeviceSettings = z.infer<typeof DeviceSettings>

/** Changes of settings: `null` takes one back. */
export const DeviceSettingsChange = z.object({
  language: DeviceSettings.shape.language.nullable(),
  place: DeviceSettings.shape.place.nullable(),
  silenceMs: DeviceSettings.shape.silenceMs.nullable(),
  adaptiveSilence: DeviceSettings.shape.adaptiveSilence.nullable(),
  idleCloseMs: DeviceSettings.shape.idleCloseMs.nullable(),
  bargeIn: DeviceSettings.shape.bargeIn.nullable(),
  autoUpdate: DeviceSettings.shape.autoUpdate.nullable(),
  firmwareChannel: DeviceSettings.shape.firmwareChannel.nullable(),
})
export type DeviceSettingsChange = z.infer<typeof DeviceSettingsChange>

/** What became of the last firmware that a device was offered. */
export const FirmwareOutcome = z.object({
  version: z.string(),
  /** `offered`: told of it; `downloaded`: it took the whole file; `installed`: it came back with it; `refused`: it came back without. */
  state: z.enum(['offered', 'downloaded', 'installed', 'refused']),
  at: z.iso.datetime(),
})
export type FirmwareOutcome = z.infer<typeof FirmwareOutcome>
