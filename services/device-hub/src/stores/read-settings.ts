import { DeviceSettings } from '@parley/contracts'

/** What an owner set, as far as this version knows it: another one may have written it. */
export function readSettings(stored: unknown): DeviceSettings {
  const known = Object.entries(DeviceSettings.shape).flatMap(([name, schema]) => {
    const read = schema.safeParse((stored as Record<string, unknown> | null)?.[name])
    return read.success && read.data !== undefined ? [[name, read.data]] : []
  })
  return DeviceSettings.parse(Object.fromEntries(known))
}
