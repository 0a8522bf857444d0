import { startFakeServer, type FakeAnswer, type FakeRequest, type FakeServer } from '../fake-server.ts'

type Entity = { state: string; attributes: Record<string, unknown> }

export type HomeAssistantFake = FakeServer & {
  /** By entity id, as they are now. */
  readonly entities: Record<string, Entity>
  readonly calls: { service: string; data: Record<string, unknown> }[]
}

/** What services do to an entity, and what they take beside its id. */
const services: Record<string, { takes: string[]; apply: (entity: Entity, data: Record<string, unknown>) => void }> = {
  'light.turn_on': {
    takes: ['brightness_pct'],
    apply: (entity, { brightness_pct: percent }) => {
      entity.state = 'on'
      if (typeof percent === 'number') entity.attributes['brightness'] = Math.round(percent * 2.55)
    },
  },
  'light.turn_off': { takes: [], apply: (entity) => void (entity.state = 'off') },
  'light.toggle': { takes: [], apply: (entity) => void (entity.state = entity.state === 'on' ? 'off' : 'on') },
  'cover.open_cover': { takes: [], apply: (entity) => void (entity.state = 'open') },
  'cover.close_cover': { takes: [], apply: (entity) => void (entity.state = 'closed') },
  'climate.set_temperature': {
    takes: ['temperature'],
    apply: (entity, { temperature }) => void (entity.attributes['temperature'] = temperature),
  },
}

/** Home Assistant's REST API on loopback: states are read, services called, with the token as a bearer. */
export async function startHomeAssistantFake({
  token,
  entities,
}: {
  token: string
  entities: Record<string, Entity>
}): Promise<HomeAssistantFake> {
  const calls: HomeAssistantFake['calls'] = []
  const toState = (id: string, { state, attributes }: Entity) => ({
    entity_id: id,
    state,
    attributes,
    last_changed: '2026-11-25T10:00:00+00:00',
    context: { id: 'c', parent_id: null, user_id: null },
  })

  function answer({ method, path, headers, body }: FakeRequest): FakeAnswer {
    if (headers.authorization !== `Bearer ${token}`)
      return { status: 401, type: 'text/plain', body: '401: Unauthorized' }
    const read = /^\/api\/states\/([^/]+)$/.exec(path)
    if (method === 'GET' && read) {
      const id = decodeURIComponent(read[1] ?? '')
      const entity = entities[id]
      return entity ? { body: toState(id, entity) } : { status: 404, body: { message: 'Entity not found.' } }
    }
    const called = /^\/api\/services\/([a-z_]+)\/([a-z_]+)$/.exec(path)
    if (method !== 'POST' || !called) return { status: 404, type: 'text/plain', body: '404: Not Found' }
    if (headers['content-type'] !== 'application/json')
      return { status: 400, body: { message: 'Data should be valid JSON.' } }
    const name = `${called[1]}.${called[2]}`
    const { entity_id: id, ...data } = JSON.parse(body) as { entity_id: string } & Record<string, unknown>
    const service = services[name]
    const entity = entities[id]
    if (!service || Object.keys(data).some((key) => !service.takes.includes(key)))
      return { status: 400, type: 'text/plain', body: '400: Bad Request' }
    calls.push({ service: name, data: { entity_id: id, ...data } })
    if (!entity) return { body: [] }
    service.apply(entity, data)
    return { body: [toState(id, entity)] }
  }

  return Object.assign(await startFakeServer(answer), { entities, calls })
}
