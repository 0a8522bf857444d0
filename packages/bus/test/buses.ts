import { Problem } from '@parley/contracts'
import { openCorner, type Corner } from '@parley/testkit'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { connectBus, type Bus, type Subscription } from '../src/index.ts'

type Failure = { error: unknown; subject: string }

/** Two ends of the bus on a real server, for the tests of one file. Call it once, at the top. */
export function useBuses() {
  let corner: Corner
  let server: Bus
  let client: Bus
  let failures: Failure[] = []
  let undo: (() => void)[] = []

  const connectTo = (name: string, drainMs = 2_000) =>
    connectBus({
      servers: corner.natsUrl,
      name,
      prefix: corner.subjectPrefix,
      drainMs,
      onError: (error, subject) => failures.push({ error, subject }),
    })

  beforeAll(async () => {
    corner = await openCorner()
    server = await connectTo('server')
    client = await connectTo('client')
  })
  afterEach(() => {
    for (const step of undo.toReversed()) step()
    undo = []
    failures = []
  })
  afterAll(async () => {
    await Promise.all([server?.drain(), client?.drain()])
    await corner?.[Symbol.asyncDispose]()
  })

  return {
    get corner() {
      return corner
    },
    get server() {
      return server
    },
    get client() {
      return client
    },
    /** What handlers of this test failed with. */
    get failures() {
      return failures
    },
    connectTo,
    cleanUp: (step: () => void) => undo.push(step),
    /** Serves something for one test; the server knows of it when this resolves. */
    serving: async (subscription: Subscription): Promise<void> => {
      undo.push(() => subscription.stop())
      await server.flush()
    },
  }
}

/** The problem that a call fails with. */
export async function problemOf(promise: Promise<unknown>): Promise<Problem> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof Problem)) throw new Error(`no problem but ${String(error)}`)
  return error
}

export async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = []
  for await (const item of source) items.push(item)
  return items
}

/** Something to wait for that tests can fulfil from inside a handler. */
export function signalOf<T = void>() {
  return Promise.withResolvers<T>()
}
