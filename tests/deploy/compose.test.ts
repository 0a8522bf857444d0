import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { root, serviceNames } from './folders.ts'
import { plausible, serviceOf } from './services.ts'

type Part = {
  image: string
  build?: { context: string; dockerfile: string; args: Record<string, string> }
  command?: string | string[]
  environment?: Record<string, string | number | null>
  ports?: string[]
  volumes?: string[]
  depends_on?: Record<string, { condition: string }>
  healthcheck?: { test: string | string[] }
  stop_grace_period?: string
  read_only?: boolean
  cap_drop?: string[]
}
type Compose = { services: Record<string, Part>; volumes: Record<string, null> }

const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8')
const readCompose = (text: string) => parse(text, { merge: true }) as Compose
const compose = readCompose(text)
const override = readCompose(readFileSync(join(root, 'docker-compose.dev.yml'), 'utf8'))
const partOf = (name: string) => compose.services[name] as Part
const parts = Object.entries(compose.services)

/** What Docker Compose makes of a text with `${NAME:?why}` and `${NAME:-otherwise}` in it. */
function fillIn(text: string, given: Record<string, string>): string {
  return text.replace(/\$\{(\w+)(?::([?-])([^}]*))?\}/g, (_all, name: string, sign?: string, otherwise = '') => {
    const value = given[name]
    if (!value && sign === '?') throw new Error(`${name} is required: ${otherwise}`)
    return value || (sign === '-' ? otherwise : '')
  })
}

const required = [...new Set([...text.matchAll(/\$\{(\w+):\?/g)].map(([, name = '']) => name))]
const given = Object.fromEntries(required.map((name) => [name, plausible[name] ?? `${name}-value`]))

/** A part's environment; a name without a value passes on what Compose was started with, which is nothing here. */
const environmentOf = (name: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(partOf(name).environment ?? {})
      .filter(([, value]) => value !== null)
      .map(([key, value]) => [key, fillIn(String(value), given)]),
  )

test('has every service, and beside them only what they need', () => {
  const others = ['nats', 'redis', 'postgres', 'front-door']
  expect(Object.keys(compose.services).toSorted()).toEqual([...serviceNames, ...others].toSorted())
})

test('whatever waits for something waits until it is healthy', () => {
  for (const [name, { depends_on = {}, healthcheck }] of parts) {
    expect([name, healthcheck !== undefined]).toEqual([name, true])
    for (const [other, { condition }] of Object.entries(depends_on)) {
      expect(Object.keys(compose.services)).toContain(other)
      expect(condition).toBe('service_healthy')
    }
  }
})

test('secrets come from outside, and the operations page says which', () => {
  const page = readFileSync(join(root, 'docs/operations.md'), 'utf8')
  for (const name of required) expect(page).toContain(`\`${name}\``)
  expect(required).toEqual(
    expect.arrayContaining([
      'NATS_PASSWORD',
      'REDIS_PASSWORD',
      'POSTGRES_PASSWORD',
      'INTERNAL_TOKEN_SECRET',
      'DEVICE_TOKEN_SECRET',
    ]),
  )
})

test('the world reaches the front door and nothing else', () => {
  const open = parts.flatMap(([name, { ports = [] }]) => (ports.length > 0 ? [name] : []))
  expect(open).toEqual(['front-door'])
  const hostPorts = partOf('front-door').ports?.map((port) => fillIn(port, given).split(':')[0])
  expect(hostPorts).toEqual(['12012', '8000', '8003', '10089'])
  for (const { ports = [] } of Object.values(override.services)) {
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([])
  }
})

test('data is kept in named volumes', () => {
  const named = parts
    .flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[0] ?? ''))
    .filter((name) => !name.startsWith('.'))
  expect([...new Set(named)].toSorted()).toEqual(Object.keys(compose.volumes).toSorted())
})

describe.each(serviceNames)('%s', (name) => {
  const part = partOf(name)
  const config = serviceOf(name)

  test('has an environment of names that it reads, with all that it needs', () => {
    expect(Object.keys(part.environment ?? {}).filter((key) => !config.names.has(key))).toEqual([])
    const environment = environmentOf(name)
    expect(Object.keys(environment)).toEqual(expect.arrayContaining(config.stores))
    expect(() => config.read(environment)).not.toThrow()
  })

  test('waits for the data stores that it uses, and they are where it looks for them', () => {
    const hosts = config.stores.map((store) => new URL(environmentOf(name)[store] ?? '').hostname)
    expect(Object.keys(part.depends_on ?? {}).toSorted()).toEqual(hosts.toSorted())
  })

  test('is built as its own image, and asked about its health where it answers', () => {
    expect(part.image).toMatch(new RegExp(`^parley/${name}:`))
    expect(part.build).toEqual({ context: '.', dockerfile: 'infra/docker/Dockerfile', args: { SERVICE: name } })
    expect(part.healthcheck?.test).toContain(`http://127.0.0.1:${config.internalPort}/readyz`)
  })

  test('has a root that it cannot write to, no capability, and time to drain', () => {
    expect(part).toMatchObject({ read_only: true, cap_drop: ['ALL'] })
    const { drainMs } = config.read(environmentOf(name)) as { drainMs: number }
    expect(Number.parseInt(part.stop_grace_period ?? '', 10)).toBeGreaterThanOrEqual((2 * drainMs) / 1_000 + 5)
  })

  test('runs, in development, the sources of the clone', () => {
    const { volumes = [], ports } = override.services[name] as Part
    const places = volumes.map((volume) => volume.split(':') as [string, string, string])
    for (const [from, to, mode] of places) {
      expect(existsSync(join(root, from))).toBe(true)
      expect([`/parley${from.slice(1)}`, 'ro']).toEqual([to, mode])
    }
    const mounted = places.map(([from]) => from.replace(/^\.\/|\/src$/g, ''))
    expect(mounted.toSorted()).toEqual(workspaceOf(`services/${name}`).toSorted())
    expect(ports).toEqual([`127.0.0.1:${config.internalPort}:${config.internalPort}`])
  })
})

/** The folder of a service, and those of the workspace that it needs in production. */
function workspaceOf(path: string, found: string[] = []): string[] {
  if (found.includes(path)) return found
  found.push(path)
  const { dependencies = {} } = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8')) as {
    dependencies?: Record<string, string>
  }
  const ours = Object.keys(dependencies).filter((name) => name.startsWith('@parley/'))
  for (const name of ours) workspaceOf(name.replace('@parley', 'packages'), found)
  return found
}

describe('the front door', () => {
  const { environment = {}, volumes = [], depends_on = {} } = partOf('front-door')

  test('has all that its template asks for', () => {
    const template = readFileSync(join(root, 'infra/nginx/parley.conf.template'), 'utf8')
    const asked = [...template.matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => name)
    expect(asked.filter((name) => !(name in environment))).toEqual([])
    expect(new RegExp(String(environment['NGINX_ENVSUBST_FILTER'])).test(asked[0] ?? '')).toBe(true)
    for (const volume of volumes) expect(existsSync(join(root, volume.split(':')[0] ?? ''))).toBe(true)
  })

  test('looks for the edges where they listen, and they believe it', () => {
    const values = environmentOf('front-door')
    expect(values['PARLEY_GATEWAY_SERVERS']).toBe(`server gateway:${serviceOf('gateway').publicPort};`)
    expect(values['PARLEY_DEVICE_HUB_SERVERS']).toBe(`server device-hub:${serviceOf('device-hub').publicPort};`)
    expect(values['PARLEY_CHAT_LLM_SERVERS']).toBe('server chat-llm:8104;')
    expect(values['PARLEY_RTC_PROXY_SERVERS']).toBe(`server rtc-proxy:${serviceOf('rtc-proxy').publicPort};`)
    expect(values['PARLEY_BEHIND_BALANCER']).toBe('no')
    expect(Object.keys(depends_on)).toEqual(['gateway', 'device-hub', 'chat-llm', 'rtc-proxy'])
    for (const edge of ['gateway', 'device-hub']) expect(environmentOf(edge)['TRUSTED_PROXIES']).toBe('1')
  })
})
