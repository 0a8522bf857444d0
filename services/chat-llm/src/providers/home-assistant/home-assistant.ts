import type { Secret } from '@parley/service-kit'
import { z } from 'zod'
import { askJson } from '../ask-json.ts'

const State = z.object({
  entity_id: z.string(),
  state: z.string(),
  attributes: z.record(z.string(), z.unknown()).default({}),
})

export type HomeState = z.output<typeof State>

/** The REST API of a Home Assistant, with a long-lived access token. */
export type HomeAssistant = {
  /** @throws Problem `not-found` for an entity that it does not have */
  read: (entityId: string, options: { signal: AbortSignal }) => Promise<HomeState>
  /** Calls a service of the entity's domain, such as `light.turn_on`. */
  call: (
    service: string,
    data: { entity_id: string } & Record<string, unknown>,
    options: { signal: AbortSignal },
  ) => Promise<void>
}

export function createHomeAssistant({
  url,
  token,
  fetch,
}: {
  url: string
  token: Secret
  fetch: typeof globalThis.fetch
}): HomeAssistant {
  const headers = { authorization: `Bearer ${token.reveal()}`, 'content-type': 'application/json' }
  const at = (path: string) => new URL(`${url.replace(/\/$/, '')}/api/${path}`)
  const vendor = 'Home Assistant'

  return {
    read: (entityId, { signal }) =>
      askJson(at(`states/${encodeURIComponent(entityId)}`), State, { vendor, fetch, signal, init: { headers } }),

    call: async (service, data, { signal }) => {
      const init = { method: 'POST', headers, body: JSON.stringify(data) }
      await askJson(at(`services/${service.replace('.', '/')}`), z.array(State), { vendor, fetch, signal, init })
    },
  }
}
