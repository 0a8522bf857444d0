import type { DeviceStatus } from '@parley/contracts'
import { z } from 'zod'

const percent = z.number().min(0).max(100).transform(Math.round).optional().catch(undefined)
const words = z.string().max(64).optional().catch(undefined)

/** What `self.get_device_status` answers (firmware 2.x); every part of it may be missing. */
const Report = z.object({
  audio_speaker: z.object({ volume: percent }).optional().catch(undefined),
  screen: z.object({ brightness: percent }).optional().catch(undefined),
  battery: z
    .object({ level: percent, charging: z.boolean().optional().catch(undefined) })
    .optional()
    .catch(undefined),
  network: z
    .object({ type: z.string().max(32), ssid: words, carrier: words, signal: words })
    .optional()
    .catch(undefined),
  chip: z
    .object({ temperature: z.number().optional().catch(undefined) })
    .optional()
    .catch(undefined),
})

/** What a device said of itself when it was asked; undefined when it is not to be understood. */
export function readStatusReport(text: string, at: Date): DeviceStatus | undefined {
  const read = Report.safeParse(parse(text))
  if (!read.success) return undefined
  const { audio_speaker: speaker, screen, battery, network, chip } = read.data
  return withoutGaps({
    volumePercent: speaker?.volume,
    brightnessPercent: screen?.brightness,
    batteryPercent: battery?.level,
    charging: battery?.charging,
    network:
      network && withoutGaps({ kind: network.type, name: network.ssid ?? network.carrier, signal: network.signal }),
    chipTemperatureC: chip?.temperature,
    at: at.toISOString(),
  }) as DeviceStatus
}

const Level = z.number().min(0).max(100).transform(Math.round)

/** The same from the states of an older device's things: `Speaker.volume`, `Battery.level`, `Screen.brightness`. */
export function readThings(things: Record<string, Record<string, unknown>>, at: Date): DeviceStatus {
  const level = (thing: string, property: string) => Level.safeParse(things[thing]?.[property]).data
  const charging = things['Battery']?.['charging']
  return withoutGaps({
    volumePercent: level('Speaker', 'volume'),
    brightnessPercent: level('Screen', 'brightness') ?? level('Backlight', 'brightness'),
    batteryPercent: level('Battery', 'level'),
    charging: typeof charging === 'boolean' ? charging : undefined,
    at: at.toISOString(),
  }) as DeviceStatus
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function withoutGaps(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
