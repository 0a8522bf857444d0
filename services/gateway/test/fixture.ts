import type { Bus } from '@parley/bus'
import { auth, Problem, scopesOf, type Person } from '@parley/contracts'
import { createLogger } from '@parley/service-kit'
import { newPerson, openCornerBus } from '@parley/test-caller'
import { cornerEnvironment, openCorner, type Corner } from '@parley/testkit'
import { createApp, type Gateway } from '../src/app.ts'
import { readGatewayConfig } from '../src/config.ts'
import { serveIssuer, type Issuer } from './issuer.ts'

export type GatewayFixture = AsyncDisposable & {
  readonly corner: Corner
  /** Where tests stand in for the other services. */
  readonly bus: Bus
  readonly gateway: Gateway
  readonly origin: string
  /** Another instance of the same installation. */
  openAnother: () => Promise<AsyncDisposable & { origin: string }>
  /** Where tests get JWTs. */
  readonly issuer: Issuer
  readonly lines: string[]
  /** Where its files are. */
  readonly folder: string
  /** Somebody who is logged in, and their token. */
  logIn: (kind?: Person['kind'], scopes?: string[]) => { token: string; person: Person }
  /** Ends a session, as auth does. */
  end: (token: string) => void
  /** How often auth was asked who a token belongs to. */
  readonly verified: () => number
  call: (path: string, options?: CallOptions) => Promise<Response>
}

export type CallOptions = { method?: string; token?: string; body?: unknown; headers?: Record<string, string> }

/** A gateway on infrastructure of its own, with a stand-in for auth. */
export async function openGateway(environment: Record<string, string> = {}): Promise<GatewayFixture> {
  await using stack = new AsyncDisposableStack()
  const corner = stack.use(await openCorner())
  const bus = stack.use(await openCornerBus(corner))
  const sessions = new Map<string, Person>()
  let verified = 0
  bus.handle(auth.verify, ({ token }) => {
    verified++
    const person = sessions.get(token)
    if (!person) throw new Problem('unauthorized', 'The token is not valid')
    return { person, expiresAt: new Date(Date.now() + 3_600_000).toISOString() }
  })
  const issuer = await serveIssuer(bus)
  await bus.flush()

  const lines: string[] = []
  const log = createLogger({ service: 'gateway', level: 'info', destination: { write: (line) => lines.push(line) } })
  const variables = {
    ...cornerEnvironment(corner),
    GATEWAY_PORT: '0',
    ...environment,
  }
  const open = () => createApp(readGatewayConfig(variables), { log })
  const originOf = ({ publicPort }: Gateway) => `http://127.0.0.1:${publicPort}`
  const gateway = stack.use(await open())
  const origin = originOf(gateway)
  const owned = stack.move()
  return {
    corner,
    bus,
    gateway,
    origin,
    openAnother: async () => {
      const another = await open()
      return { origin: originOf(another), [Symbol.asyncDispose]: () => another[Symbol.asyncDispose]() }
    },
    issuer,
    lines,
    folder: corner.objectDir,
    logIn: (kind = 'user', scopes = scopesOf(kind)) => {
      const person = newPerson(kind, scopes)
      const token = `token-${person.sessionId}`
      sessions.set(token, person)
      return { token, person }
    },
    end: (token) => {
      const person = sessions.get(token)
      sessions.delete(token)
      if (person) bus.publish(auth.sessionRevoked, { sessionId: person.sessionId, userId: person.userId })
    },
    verified: () => verified,
    call: (path, { method, token, body, headers = {} } = {}) => {
      const raw = body instanceof FormData || body instanceof URLSearchParams || typeof body === 'string'
      return fetch(`${origin}${path}`, {
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        headers: {
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(body !== undefined && !raw && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: raw ? body : JSON.stringify(body) }),
      })
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
