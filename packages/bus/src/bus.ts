import type {
  BytesContract,
  ChunkOf,
  Contract,
  EventContract,
  RequestContract,
  StreamContract,
  TokenName,
} from '@parley/contracts'
import type { z } from 'zod'
import type { BytesHandler, EventHandler } from './events.ts'
import type { RequestHandler } from './requests.ts'
import type { StreamOptions } from './stream-consumer.ts'
import type { StreamHandler } from './stream-producer.ts'

type TokensOf<C extends Contract> = Record<TokenName<C['subject']>, string>
/** Options that must name every token of the subject, and may be left out when it has none. */
type WithTokens<C extends Contract, Options> = [TokenName<C['subject']>] extends [never]
  ? [options?: Options]
  : [options: Options & { tokens: TokensOf<C> }]

export type CallOptions = { timeoutMs?: number; signal?: AbortSignal }
/** Tokens pin a handler to one subject (a device, a listening); without them it serves all. */
export type ServeOptions<C extends Contract> = {
  tokens?: Partial<TokensOf<C>>
  concurrency?: number
  queue?: number
}
export type ListenOptions<C extends Contract> = {
  tokens?: Partial<TokensOf<C>>
  /** Listeners that share a group share the events: each goes to one of them. */
  group?: string
}

/** Something that stops being served or listened to: at once for `stop`, after its work under way for the disposal. */
export type Subscription = AsyncDisposable & { stop: () => void }

export type Handler =
  | [contract: RequestContract, handler: RequestHandler]
  | [contract: EventContract, handler: EventHandler]

/**
 * The platform's subjects as typed calls. Nothing but this package knows NATS. Failures are Problems: `unavailable`
 * when nobody listens, `timeout` when the answer is late, `bad-request` with issues when the input breaks the contract.
 */
export type Bus = AsyncDisposable & {
  request: <C extends RequestContract>(
    contract: C,
    input: z.input<C['input']>,
    ...options: WithTokens<C, CallOptions>
  ) => Promise<z.output<C['output']>>

  /** Nothing is sent before the first `next()`. Leave the loop, or abort the signal, to stop the producer. */
  stream: <C extends StreamContract>(
    contract: C,
    input: z.input<C['input']>,
    ...options: WithTokens<C, StreamOptions>
  ) => AsyncGenerator<ChunkOf<C['chunk']>, void, undefined>

  /** Sends an event. Gone when nobody listens; what must not be lost is stored first. */
  publish: <C extends EventContract>(
    contract: C,
    payload: z.input<C['payload']>,
    ...options: WithTokens<C, object>
  ) => void

  publishBytes: <C extends BytesContract>(contract: C, data: Uint8Array, ...options: WithTokens<C, object>) => void

  /** Serves a request or a stream, as one instance of the owner's queue group. */
  handle: {
    <C extends RequestContract>(contract: C, handler: RequestHandler<C>, options?: ServeOptions<C>): Subscription
    <C extends StreamContract>(contract: C, handler: StreamHandler<C>, options?: ServeOptions<C>): Subscription
  }

  /**
   * Serves several requests and events that share all but their last token (`device.v1.{deviceId}.call`, `.say`, …)
   * for one owner of the tokens, through a single subscription: cheap enough to have one per connected device, for the handlers are
   * made only when something comes.
   */
  pin: (handlers: () => Handler[], tokens: Record<string, string>) => Subscription

  on: <C extends EventContract>(contract: C, handler: EventHandler<C>, options?: ListenOptions<C>) => Subscription
  onBytes: <C extends BytesContract>(contract: C, handler: BytesHandler, options?: ListenOptions<C>) => Subscription

  /** Resolves when the server has everything that was published and subscribed so far. @throws Problem `unavailable`. */
  flush: () => Promise<void>
  /** Whether the connection to the server stands at the moment. */
  readonly connected: boolean

  /** Takes no new work, finishes what is under way (at most `drainMs`), then closes. */
  drain: () => Promise<void>
}

/** Keeps a contract and its handler together for `bus.pin`, checked against each other. */
export function pinned<C extends RequestContract>(contract: C, handler: RequestHandler<C>): Handler
export function pinned<C extends EventContract>(contract: C, handler: EventHandler<C>): Handler
export function pinned(contract: RequestContract | EventContract, handler: RequestHandler | EventHandler): Handler {
  return [contract, handler] as Handler
}
