import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { kustomizations, root } from './folders.ts'
import { ofKind, type Ingress, type Service } from './kustomize/objects.ts'
import { rendered } from './rendered.ts'

const template = readFileSync(join(root, 'infra/nginx/parley.conf.template'), 'utf8')

/** A path at the front door, and the service behind it. */
type Route = { path: string; service: string }

/** Every path that clients know, as far as something answers there. */
const publicPaths: Record<string, string[]> = {
  'device-hub': [
    '/xiaozhi/ota/',
    '/xiaozhi/ota/activate',
    '/xiaozhi/v1/',
    '/ws/device/',
    '/ws/device/token/secret/',
    '/mcp/vision/explain',
  ],
  'chat-llm': ['/mcp_endpoint/mcp/'],
  'rtc-proxy': ['/chat_callback', '/rtc_callback'],
  gateway: [
    '/auth/login',
    '/user/profile',
    '/api/user/mac-login/',
    '/api/ai/chat/',
    '/api/ai/multi-chat/',
    '/chat/completions',
    '/v1/chat/completions',
    '/api/device/',
    '/api/device/rtc-token/get_by_mac/',
    '/api/card/',
    '/api/achievement/',
    '/api/v1/admin/',
    '/files/upload',
    '/files/images/a.png',
    '/getScenes',
    '/proxy',
    '/ws/app',
    '/swagger/',
    '/redoc/',
    '/health',
  ],
}

const known = Object.entries(publicPaths).flatMap(([service, paths]) => paths.map((path): Route => ({ path, service })))

/** The longest path that leads there. */
const route = (routes: Route[], path: string) =>
  routes.filter((candidate) => path.startsWith(candidate.path)).toSorted((a, b) => b.path.length - a.path.length)[0]
    ?.service

const ofTemplate = [...template.matchAll(/location (\/\S*) \{[^}]*proxy_pass http:\/\/([\w-]+);/g)].map(
  ([, path = '', service = '']): Route => ({ path, service }),
)

const ofIngress = (ingresses: Ingress[]) =>
  ingresses.flatMap(({ spec }) =>
    spec.rules.flatMap(({ http }) =>
      (http?.paths ?? []).map(({ path, backend }): Route => ({ path, service: backend.service.name })),
    ),
  )

describe('nginx', () => {
  test.each(known)('leads $path to $service', ({ path, service }) => expect(route(ofTemplate, path)).toBe(service))
})

// A master has what is its host's, a minion what is its paths'; the controller drops what stands in the wrong one.
const notOfMaster = /^nginx\.org\/(rewrites|ssl-services|grpc-services|websocket-services|sticky-cookie-services)$/
const notOfMinion =
  /^nginx\.org\/(proxy-(hide|pass)-headers|redirect-to-https|ssl-redirect|hsts.*|server-tokens|listen-ports.*|server-snippets|ssl-.*)$/

const withSockets = ['gateway', 'device-hub', 'chat-llm']

describe.each(['ingress', ...kustomizations.filter((name) => name.startsWith('overlays/'))])(
  'the ingress of %s',
  (name) => {
    const objects = rendered.get(name) ?? []
    const ingresses = ofKind<Ingress>(objects, 'Ingress')
    const annotation = ({ metadata }: Ingress, key: string) => metadata.annotations?.[`nginx.org/${key}`]
    const [masters, minions] = ['master', 'minion'].map((type) =>
      ingresses.filter((ingress) => annotation(ingress, 'mergeable-ingress-type') === type),
    ) as [Ingress[], Ingress[]]

    test.each(known)('leads $path to $service', ({ path, service }) =>
      expect(route(ofIngress(ingresses), path)).toBe(service),
    )

    test('has the paths of the front door of nginx', () => {
      const sorted = (routes: Route[]) => routes.map(({ path, service }) => `${path} ${service}`).toSorted()
      expect(sorted(ofIngress(ingresses))).toEqual(sorted(ofTemplate))
    })

    test('is one host for all, and for each service an object of its own', () => {
      expect(masters).toHaveLength(1)
      expect(masters.length + minions.length).toBe(ingresses.length)
      const hosts = ingresses.flatMap(({ spec }) => [
        ...spec.rules.map(({ host }) => host),
        ...(spec.tls ?? []).flatMap(({ hosts }) => hosts),
      ])
      expect(new Set(hosts).size).toBe(1)
      expect(ofIngress(masters)).toEqual([])
      for (const minion of minions) {
        expect(minion.spec.tls).toBeUndefined()
        expect(new Set(ofIngress([minion]).map(({ service }) => service))).toEqual(new Set([minion.metadata.name]))
      }
    })

    test('says in each object what the controller reads there', () => {
      const keys = (list: Ingress[]) => list.flatMap(({ metadata }) => Object.keys(metadata.annotations ?? {}))
      expect(keys(masters).filter((key) => notOfMaster.test(key))).toEqual([])
      expect(keys(minions).filter((key) => notOfMinion.test(key))).toEqual([])
      expect(keys(ingresses).filter((key) => !key.startsWith('nginx.org/'))).toEqual([])
    })

    test('lets sockets through, server-sent events out as they come, and bodies in as large as nginx does', () => {
      for (const minion of minions) {
        const { name: service } = minion.metadata
        expect(annotation(minion, 'websocket-services')).toBe(withSockets.includes(service) ? service : undefined)
        expect(annotation(minion, 'proxy-buffering')).toBe('False')
        expect(template).toContain(`proxy_read_timeout ${annotation(minion, 'proxy-read-timeout')};`)
        expect(template).toContain(`proxy_send_timeout ${annotation(minion, 'proxy-send-timeout')};`)
        expect(template).toContain(`proxy_connect_timeout ${annotation(minion, 'proxy-connect-timeout')};`)
        expect(template).toContain(`client_max_body_size ${annotation(minion, 'client-max-body-size')};`)
      }
    })

    test.skipIf(name === 'ingress')('leads to ports that services have', () => {
      const services = ofKind<Service>(objects, 'Service')
      for (const { spec } of minions) {
        for (const { backend } of spec.rules.flatMap(({ http }) => http?.paths ?? [])) {
          const service = services.find(({ metadata }) => metadata.name === backend.service.name)
          expect(service?.spec.ports.map(({ name }) => name)).toContain(backend.service.port.name)
        }
      }
    })
  },
)
