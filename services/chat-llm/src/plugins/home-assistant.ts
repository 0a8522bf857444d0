import { Problem } from '@parley/contracts'
import { z } from 'zod'
import { definePlugin } from '../extensions/plugin.ts'
import { setService, switchService } from '../providers/home-assistant/actions.ts'
import { createHomeAssistant } from '../providers/home-assistant/home-assistant.ts'
import { homeAssistant } from '../tool-variables.ts'

const Parameters = z.object({
  /** The only entities that the agent may read and change, by what people call them. */
  entities: z
    .record(
      z.string().trim().min(1).max(64),
      z.string().regex(/^[a-z_]+\.[a-z0-9_]+$/, 'an entity such as light.kitchen'),
    )
    .refine((entities) => Object.keys(entities).length <= 64, 'not more than 64 entities')
    .default({}),
})

function inputFor({ entities }: z.output<typeof Parameters>) {
  return z.object({
    thing: z.enum(Object.keys(entities)),
    action: z.enum(['read', 'turn_on', 'turn_off', 'toggle', 'set']),
    value: z.number().describe('For `set`: percent of brightness, position or speed; degrees of a heating').optional(),
  })
}

/** Lights, heating and whatever else of a Home Assistant an agent's owner has listed. */
export default definePlugin({
  name: 'home_assistant',
  description: 'Reads, switches or sets a thing of the home.',
  input: inputFor,
  parameters: Parameters,
  settings: homeAssistant,
  open: ({ url, token }, { fetch }) => {
    if (url === undefined || token === undefined) return undefined
    const home = createHomeAssistant({ url, token, fetch })
    return {
      offered: ({ parameters }) => Object.keys(parameters.entities).length > 0,
      run: async ({ thing, action, value }, { parameters, signal }) => {
        const entityId = parameters.entities[thing]
        if (entityId === undefined) throw new Problem('bad-request', `There is no ${JSON.stringify(thing)} here.`)
        if (action === 'read') return describe(thing, await home.read(entityId, { signal }))
        if (action !== 'set') {
          await home.call(switchService(entityId, action), { entity_id: entityId }, { signal })
          return { thing, done: action }
        }
        if (value === undefined) throw new Problem('bad-request', 'The value to set is missing.')
        const setting = setService(entityId, value)
        if (!setting) throw new Problem('bad-request', `${JSON.stringify(thing)} has no value that can be set.`)
        await home.call(setting.service, { entity_id: entityId, ...setting.data }, { signal })
        return { thing, done: action, value }
      },
    }
  },
})

const told = ['unit_of_measurement', 'current_temperature', 'temperature', 'humidity', 'brightness', 'current_position']

function describe(thing: string, { state, attributes }: { state: string; attributes: Record<string, unknown> }) {
  const more = told.flatMap((name) => (attributes[name] === undefined ? [] : [[name, attributes[name]] as const]))
  return { thing, state, ...Object.fromEntries(more) }
}
