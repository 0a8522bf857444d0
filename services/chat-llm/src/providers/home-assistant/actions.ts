/** What can be set of entities, by their domain: the service, and what it calls the value. */
const settable: Record<string, { service: string; field: string }> = {
  light: { service: 'light.turn_on', field: 'brightness_pct' },
  climate: { service: 'climate.set_temperature', field: 'temperature' },
  water_heater: { service: 'water_heater.set_temperature', field: 'temperature' },
  cover: { service: 'cover.set_cover_position', field: 'position' },
  fan: { service: 'fan.set_percentage', field: 'percentage' },
  humidifier: { service: 'humidifier.set_humidity', field: 'humidity' },
  number: { service: 'number.set_value', field: 'value' },
  input_number: { service: 'input_number.set_value', field: 'value' },
}

const switched = { turn_on: 'turn_on', turn_off: 'turn_off', toggle: 'toggle' } as const
const moved = { turn_on: 'open_cover', turn_off: 'close_cover', toggle: 'toggle' } as const
const started = { turn_on: 'turn_on', turn_off: 'turn_off', toggle: 'turn_on' } as const

export type SwitchAction = keyof typeof switched

/** The service that switches an entity. What opens is on when it is open; a scene or a script can only be started. */
export function switchService(entityId: string, action: SwitchAction): string {
  const domain = domainOf(entityId)
  if (domain === 'cover') return `cover.${moved[action]}`
  if (domain === 'scene') return 'scene.turn_on'
  if (domain === 'script') return `script.${started[action]}`
  return `${domain}.${switched[action]}`
}

/** How a value of an entity is set; undefined where there is none to set. */
export function setService(
  entityId: string,
  value: number,
): { service: string; data: Record<string, number> } | undefined {
  const known = settable[domainOf(entityId)]
  return known && { service: known.service, data: { [known.field]: value } }
}

function domainOf(entityId: string): string {
  return entityId.split('.', 1)[0] ?? ''
}
