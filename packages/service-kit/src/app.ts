import { connectBus, type Bus } from '@parley/bus'
import { health as healthContract, Problem } from '@parley/contracts'
import { z } from 'zod'
import { port, secretWithDefault, variable, type Secret } from './config.ts'
import type { Health } from './health.ts'
import { createIdentities, identityVariables, type IdentityConfig } from './identities.ts'
import type { Logger } from './logger.ts'
import { createRefusalNotes, type NoteRefusal } from './refusals.ts'
import { olderLogLevel } from './older-names.ts'
import { version } from './version.ts'

/** What a process gives its app; the rest the app opens itself. */
export type Given = { log: Logger }

/** A running service. Disposing it drains: readiness falls, edges stop, the bus finishes its work, stores close. */
export type App = AsyncDisposable & { readonly internalPort: number }

/** The variables that every process has, the `migrate` commands among them. */
export const logVariables = () => ({
  logLevel: variable('LOG_LEVEL', z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'), {
    older: olderLogLevel,
  }),
})

/** The variables that every service has. */
export const serviceVariables = (internalPort: number) => ({
  ...identityVariables(),
  natsUrl: secretWithDefault('NATS_URL', 'nats://127.0.0.1:4222'),
  subjectPrefix: variable(
    'NATS_SUBJECT_PREFIX',
    z
      .string()
      .regex(/^[A-Za-z0-9_-]+$/)
      .optional(),
  ),
  internalPort: variable('INTERNAL_PORT', port().default(internalPort)),
  ...logVariables(),
  drainMs: variable('DRAIN_MS', z.coerce.number().int().min(0).max(120_000).default(15_000)),
})

/**
 * The bus of a service: it speaks as this service and tells how it is, its handler failures are logged, and readiness knows
 * about its connection.
 */
export async function openBus(
  config: { natsUrl: Secret; subjectPrefix: string | undefined; drainMs: number } & IdentityConfig,
  { name, log, health }: { name: string; log: Logger; health: Health },
): Promise<Bus> {
  let noteRefusal: NoteRefusal | undefined
  const bus = await connectBus({
    servers: config.natsUrl.reveal(),
    name,
    drainMs: config.drainMs,
    identities: createIdentities(name, config),
    ...(config.subjectPrefix && { prefix: config.subjectPrefix }),
    onError: (error, subject) => {
      const expected = error instanceof Problem && error.status < 500
      log[expected ? 'info' : 'error']({ error, subject }, 'a handler failed')
    },
    onRefused: (subject, { code }) =>
      noteRefusal?.({ action: 'call.refused', target: { kind: 'subject', id: subject }, outcome: code }),
    onStatus: (status) => log.warn({ status }, 'bus connection'),
  })
  noteRefusal = createRefusalNotes(bus, log)
  health.addCheck('nats', () => {
    if (!bus.connected) throw new Error('not connected')
  })
  const tellHealth = async () => {
    const { status, checks, latenciesMs } = await health.read()
    return { ready: status === 'ready', checks, latenciesMs, version }
  }
  bus.handle(healthContract.read, tellHealth, { tokens: { service: name } })
  return bus
}

/**
 * Hands an opened app over to its caller: ready from now on, and on disposal first of all not ready any more. Call it
 * as the last line of `createApp`.
 */
export function openedApp(stack: AsyncDisposableStack, health: Health): App {
  stack.defer(() => health.setReady(false))
  const owned = stack.move()
  health.setReady(true)
  return { internalPort: health.port, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}
