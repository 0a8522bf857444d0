import {
  fillSubject,
  Problem,
  toProblem,
  wildcardSubject,
  type EventContract,
  type RequestContract,
  type StreamContract,
} from '@parley/contracts'
import type { Msg, NatsConnection, Subscription as NatsSubscription } from 'nats'
import type { Bus, Handler, Subscription } from './bus.ts'
import { createBytesReceiver, createEventQueue } from './events.ts'
import type { Admit } from './identities.ts'
import { createInFlight } from './in-flight.ts'
import type { Mailbox } from './mailbox.ts'
import { answerRequest, type RequestHandler } from './requests.ts'
import { produceStream, refuseStream, type StreamHandler } from './stream-producer.ts'
import { encodeProblem } from './wire.ts'

const defaultLimit = { concurrency: 256, queue: 1_024 }

export type Serving = Pick<Bus, 'handle' | 'pin' | 'on' | 'onBytes'> & {
  /** Stops every subscription; resolves when what was under way has ended, at the latest after `drainMs`. */
  drain: (drainMs: number) => Promise<void>
}

type ServingSettings = {
  connection: NatsConnection
  mailbox: Mailbox
  toSubject: (pattern: string) => string
  admit: Admit
  onError: (error: unknown, subject: string) => void
}

/** The receiving side of the bus: subscriptions, and what each of them has under way. */
export function createServing({ connection, mailbox, toSubject, admit, onError }: ServingSettings): Serving {
  const open = new Set<Subscription>()
  const stopStreams = new AbortController()

  function track(subscription: NatsSubscription, idle: () => Promise<void>): Subscription {
    const tracked: Subscription = {
      stop: () => {
        open.delete(tracked)
        if (!subscription.isClosed()) subscription.unsubscribe()
      },
      [Symbol.asyncDispose]: async () => {
        // Messages that the server has already sent are still served, then the work under way ends.
        if (!subscription.isClosed() && !connection.isClosed()) await subscription.drain()
        await idle()
        open.delete(tracked)
      },
    }
    open.add(tracked)
    return tracked
  }

  function subscribe(subject: string, group: string | undefined, receive: (message: Msg) => void): NatsSubscription {
    return connection.subscribe(subject, {
      ...(group && { queue: group }),
      callback: (error, message) => (error ? onError(error, subject) : receive(message)),
    })
  }

  function answer(contract: RequestContract, pattern: string, handler: RequestHandler) {
    return (message: Msg) => answerRequest(contract, pattern, message, handler, admit, onError)
  }

  function produce(contract: StreamContract, pattern: string, handler: StreamHandler) {
    return (message: Msg) =>
      produceStream(connection, mailbox, contract, pattern, message, handler, stopStreams.signal, admit, onError)
  }

  const handle = (
    contract: RequestContract | StreamContract,
    handler: unknown,
    options: { tokens?: Record<string, string>; concurrency?: number; queue?: number } = {},
  ) => {
    const inFlight = createInFlight({ ...defaultLimit, ...options })
    const pattern = toSubject(contract.subject)
    const work =
      contract.kind === 'request'
        ? answer(contract, pattern, handler as RequestHandler)
        : produce(contract, pattern, handler as StreamHandler)
    const receive = (message: Msg) => {
      try {
        inFlight.start(() => work(message))
      } catch (error) {
        if (contract.kind === 'stream') return refuseStream(connection, message, toProblem(error))
        const { payload, headers } = encodeProblem(error)
        message.respond(payload, { headers })
      }
    }
    const subscription = subscribe(wildcardSubject(pattern, options.tokens), ownerOf(contract.subject), receive)
    return track(subscription, inFlight.idle)
  }

  /** What one owner of tokens has under way: made with the first message, and gone when nothing is left of it. */
  function createPinnedWork(handlers: Handler[]) {
    const inFlight = createInFlight(defaultLimit)
    const queues = new Map<string, ReturnType<typeof createEventQueue>>()
    const found = (name: string) => handlers.find(([{ subject }]) => lastPart(subject) === name)

    function queueOf(name: string, [contract, handler]: Handler) {
      const pattern = toSubject(contract.subject)
      const queue = queues.get(name) ?? createEventQueue(contract as EventContract, pattern, handler as never, onError)
      queues.set(name, queue)
      return queue
    }

    return {
      receive: (message: Msg) => {
        const name = lastPart(message.subject)
        const handler = found(name)
        if (!handler) throw new Problem('unavailable', `Nobody serves ${message.subject} at the moment`)
        const [contract, work] = handler
        if (contract.kind === 'event') return queueOf(name, handler).push(message)
        const serve = answer(contract, toSubject(contract.subject), work as RequestHandler)
        inFlight.start(() => serve(message))
      },
      idle: async () => {
        await Promise.all([inFlight.idle(), ...[...queues.values()].map((queue) => queue.idle())])
      },
    }
  }

  const pin = (handlers: () => Handler[], tokens: Record<string, string>) => {
    const shared = fillSubject(toSubject(sharedSubject(handlers())), tokens)
    let work: ReturnType<typeof createPinnedWork> | undefined
    let received = 0

    const subscription = subscribe(`${shared}.*`, undefined, (message) => {
      const count = ++received
      try {
        work ??= createPinnedWork(handlers())
        work.receive(message)
        void work.idle().then(() => {
          if (count === received) work = undefined
        })
      } catch (error) {
        const { payload, headers } = encodeProblem(error)
        message.respond(payload, { headers })
      }
    })
    return track(subscription, async () => {
      await work?.idle()
    })
  }

  return {
    handle: handle as Bus['handle'],
    pin,
    on: (contract, handler, { tokens, group } = {}) => {
      const pattern = toSubject(contract.subject)
      const queue = createEventQueue<EventContract>(contract, pattern, handler, onError)
      return track(subscribe(wildcardSubject(pattern, tokens as never), group, queue.push), queue.idle)
    },
    onBytes: (contract, handler, { tokens, group } = {}) => {
      const pattern = toSubject(contract.subject)
      const receive = createBytesReceiver(contract, pattern, handler, onError)
      return track(subscribe(wildcardSubject(pattern, tokens as never), group, receive), () => Promise.resolve())
    },
    drain: async (drainMs) => {
      const late = setTimeout(() => {
        stopStreams.abort(new Problem('unavailable', 'This instance is going away; try again'))
      }, drainMs)
      const bound = new Promise<void>((resolve) => setTimeout(resolve, drainMs + 1_000).unref())
      await Promise.race([Promise.all([...open].map((subscription) => subscription[Symbol.asyncDispose]())), bound])
      clearTimeout(late)
    },
  }
}

/** The queue group of a subject is its owner: the instances of one service share its requests. */
function ownerOf(subject: string): string {
  return subject.slice(0, subject.indexOf('.'))
}

function lastPart(subject: string): string {
  return subject.slice(subject.lastIndexOf('.') + 1)
}

/** What comes before the last part. @throws when the subjects do not share it. */
function sharedSubject(handlers: Handler[]): string {
  const shared = new Set(handlers.map(([{ subject }]) => subject.slice(0, subject.lastIndexOf('.'))))
  const [only] = shared
  if (shared.size !== 1 || only === undefined) throw new Error(`Not one owner: ${[...shared].join(', ')}`)
  return only
}
