import { setTimeout as delay } from 'node:timers/promises'
import { fillSubject, inboxPrefix, Problem, type Contract } from '@parley/contracts'
import { connect, type NatsConnection } from 'nats'
import type { Bus } from './bus.ts'
import { createAdmit, createSignCaller, type Identities, type OnRefused } from './identities.ts'
import { openMailbox } from './mailbox.ts'
import { callRequest } from './requests.ts'
import { createServing } from './serving.ts'
import { consumeStream } from './stream-consumer.ts'
import { checkSize, encodeEventHeaders, encodeJson } from './wire.ts'

export type BusSettings = {
  /** One or more `nats://[user:password@]host:port`, comma separated. */
  servers: string
  /** Of the service: shown in the server's connection list, and what its inbox begins with. */
  name: string
  /** Put before every subject: lets several installations share a server. */
  prefix?: string
  /** How long work under way may take to finish when the bus drains. */
  drainMs?: number
  connectTimeoutMs?: number
  /** Signs the identity of calls and checks that of callers; without it, calls carry none and only `platform` subjects can be served. */
  identities?: Identities
  /** Failures of handlers that no caller sees, and the state of the connection. */
  onError?: (error: unknown, subject: string) => void
  /** Hears of calls that were not let in. */
  onRefused?: OnRefused
  onStatus?: (status: 'disconnected' | 'reconnected') => void
}

/** How long the last messages may take to reach the server. */
const goodbyeMs = 2_000

/**
 * Connects to NATS and keeps connected: after a server restart it reconnects and goes on.
 * @throws Problem `unavailable` when no server answers within `connectTimeoutMs`.
 */
export async function connectBus(settings: BusSettings): Promise<Bus> {
  const { prefix, drainMs = 15_000, identities, onError = () => undefined } = settings
  const connection = await openConnection(settings)
  let connected = true
  void watchStatus(connection, {
    report: (status) => {
      connected = status === 'reconnected'
      settings.onStatus?.(status)
    },
    onRefused: ({ operation, subject }) =>
      onError(new Error(`NATS does not allow this service the ${operation}`), subject),
  })
  const mailbox = openMailbox(connection, inboxPrefix(settings.name))
  const toSubject = (pattern: string) => (prefix ? `${prefix}.${pattern}` : pattern)
  const toConcrete = (contract: Contract, tokens?: Record<string, string>) =>
    fillSubject(toSubject(contract.subject), tokens)
  const serving = createServing({
    connection,
    mailbox,
    toSubject,
    admit: createAdmit(identities, settings.onRefused),
    onError,
  })
  const signCaller = createSignCaller(identities)
  let draining: Promise<void> | undefined

  async function drain() {
    await serving.drain(drainMs)
    // Without a server there is nobody to say goodbye to, and nothing to wait for.
    const goodbye = connection.isClosed() ? undefined : connection.drain().catch(() => undefined)
    await Promise.race([goodbye, delay(goodbyeMs, undefined, { ref: false })])
    await connection.close()
  }

  const bus: Bus = {
    request: async (contract, input, ...[options = {}]) =>
      (await callRequest(
        connection,
        contract,
        toConcrete(contract, tokensOf(options)),
        input,
        options,
        signCaller,
      )) as never,
    stream: (contract, input, ...[options = {}]) =>
      consumeStream(
        connection,
        mailbox,
        contract,
        toConcrete(contract, tokensOf(options)),
        input,
        options,
        signCaller,
      ) as AsyncGenerator<never, void, undefined>,
    publish: (contract, payload, ...[options = {}]) => {
      const headers = encodeEventHeaders()
      connection.publish(toConcrete(contract, tokensOf(options)), encodeJson(payload), { headers })
    },
    publishBytes: (contract, data, ...[options = {}]) =>
      connection.publish(toConcrete(contract, tokensOf(options)), checkSize(data)),
    handle: serving.handle,
    pin: serving.pin,
    on: serving.on,
    onBytes: serving.onBytes,
    flush: () =>
      connection.flush().catch((cause: unknown) => {
        throw new Problem('unavailable', 'The message bus is not available', { cause })
      }),
    get connected() {
      return connected && !connection.isClosed()
    },
    drain: () => (draining ??= drain()),
    [Symbol.asyncDispose]: () => (draining ??= drain()),
  }
  return bus
}

function tokensOf(options: object): Record<string, string> | undefined {
  return (options as { tokens?: Record<string, string> }).tokens
}

async function openConnection({ servers, name, connectTimeoutMs = 10_000 }: BusSettings): Promise<NatsConnection> {
  const urls = servers.split(',').map((url) => new URL(url.includes('://') ? url : `nats://${url}`))
  const [first] = urls
  try {
    return await connect({
      servers: urls.map((url) => url.host),
      name,
      inboxPrefix: inboxPrefix(name),
      ...(first?.username &&
        first.password && { user: decodeURIComponent(first.username), pass: decodeURIComponent(first.password) }),
      ...(first?.username && !first.password && { token: decodeURIComponent(first.username) }),
      timeout: connectTimeoutMs,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 250,
      reconnectJitter: 250,
      pingInterval: 20_000,
      maxPingOut: 2,
      // Otherwise a stack trace is taken for every request, whether it fails or not.
      noAsyncTraces: true,
    })
  } catch (cause) {
    const hosts = urls.map((url) => url.host).join(', ')
    throw new Problem('unavailable', `No NATS server answers at ${hosts}`, { cause })
  }
}

type Watching = {
  report: NonNullable<BusSettings['onStatus']>
  /** Hears of what the server's permissions do not allow. */
  onRefused: (what: { operation: string; subject: string }) => void
}

async function watchStatus(connection: NatsConnection, { report, onRefused }: Watching) {
  for await (const { type, permissionContext } of connection.status()) {
    if (type === 'disconnect') report('disconnected')
    else if (type === 'reconnect') report('reconnected')
    else if (permissionContext) onRefused(permissionContext)
  }
}
