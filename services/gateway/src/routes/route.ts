import type { Bus } from '@parley/bus'
import type { Contract, Person, RequestContract, Scope } from '@parley/contracts'
import type { ObjectStore } from '@parley/object-store'
import type { Request, Response } from 'express'
import { z } from 'zod'

/** Who may come: anybody, anybody but known when they have a token, whoever is logged in, administrators. */
export type AuthClass = 'none' | 'optional' | 'user' | 'admin'
/** How often one may come; the numbers are configuration. */
export type RateClass = 'general' | 'login' | 'pairing' | 'chat' | 'upload'
/** In which form answers and refusals are put. */
export type EnvelopeName = 'plain' | 'companion' | 'openai' | 'rtc'

/** What all routes work with. */
export type Edge = { bus: Bus; store: ObjectStore; newId: () => string }

/** One request on its way through a route. */
export type Exchange<Params = unknown, Query = unknown, Body = unknown> = Edge & {
  params: Params
  query: Query
  body: Body
  /** Who asks; routes without authentication have nobody. */
  person: Person | undefined
  /** The token that they came with. */
  bearer: string | undefined
  /** Aborted when the client goes. */
  signal: AbortSignal
  request: Request
  response: Response
}

/** What a handler gives when it has sent the answer by itself. */
export const sent = Symbol('sent')

type Shape = z.ZodObject | undefined
type OutputOf<S extends Shape> = S extends z.ZodObject ? z.output<S> : undefined

/** How a body travels: `large-json` may hold pictures, `multipart` is read by the handler. */
export type BodyKind = 'json' | 'large-json' | 'form' | 'json-or-form' | 'multipart'

type Description<P extends Shape, Q extends Shape, B extends Shape> = {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  /** As Express has it, with `:name` for parameters. A slash at the end makes no difference. */
  path: string
  operationId: string
  tag: string
  summary: string
  auth: AuthClass
  /** Why nobody has to log in here. */
  openBecause?: string
  scope?: Scope
  rate?: RateClass
  envelope?: EnvelopeName
  /** Whether what the path names belongs to somebody: to others it does not exist. */
  owned?: boolean
  /** Whether the session must have shown a second factor just now; for whom, configuration says. */
  stepUp?: boolean
  /** Whether `Idempotency-Key` is honoured: for what makes something, and tells no secret. */
  idempotent?: boolean
  params?: P
  query?: Q
  body?: B
  bodyKind?: BodyKind
}

/** A route as data: what wires it, documents it and tests who may come. */
export type Route = Required<
  Omit<Description<Shape, Shape, Shape>, 'openBecause' | 'scope' | 'params' | 'query' | 'body'>
> & {
  openBecause: string | undefined
  scope: Scope | undefined
  params: Shape
  query: Shape
  body: Shape
  /** What it asks on the bus. */
  contract: Contract | undefined
  answer: { status: number; schema: z.ZodType | undefined; type: string; description: string }
  handle: (exchange: Exchange) => Promise<unknown>
}

type ExchangeOf<P extends Shape, Q extends Shape, B extends Shape> = Exchange<OutputOf<P>, OutputOf<Q>, OutputOf<B>>

type Asking<
  C extends RequestContract,
  P extends Shape,
  Q extends Shape,
  B extends Shape,
  S extends z.ZodType,
> = Description<P, Q, B> & {
  contract: C
  /** The question, from what was given. */
  ask: (exchange: ExchangeOf<P, Q, B>) => z.input<C['input']>
  /** The answer in the public form, where that is not the contract's own. */
  answer?: { schema: S; from: (output: z.output<C['output']>, exchange: ExchangeOf<P, Q, B>) => z.input<S> }
  status?: number
}

/** A route that is one question on the bus. */
export function asking<
  C extends RequestContract,
  P extends Shape = undefined,
  Q extends Shape = undefined,
  B extends Shape = undefined,
  S extends z.ZodType = z.ZodType,
>({ contract, ask, answer, status = 200, ...description }: Asking<C, P, Q, B, S>): Route {
  const question: RequestContract = contract
  return serving<P, Q, B>({
    ...description,
    contract,
    answer: { status, schema: answer?.schema ?? contract.output },
    handle: async (exchange) => {
      const { bus, signal } = exchange
      const output = (await bus.request(question, ask(exchange), { signal })) as z.output<C['output']>
      return answer ? answer.from(output, exchange) : output
    },
  })
}

type Serving<P extends Shape, Q extends Shape, B extends Shape> = Description<P, Q, B> & {
  contract?: Contract
  answer?: { status?: number; schema?: z.ZodType; type?: string; description?: string }
  handle: (exchange: ExchangeOf<P, Q, B>) => Promise<unknown>
}

/** A route that does something of its own. */
export function serving<P extends Shape = undefined, Q extends Shape = undefined, B extends Shape = undefined>({
  answer = {},
  handle,
  contract,
  openBecause,
  scope,
  params,
  query,
  body,
  ...description
}: Serving<P, Q, B>): Route {
  return {
    rate: 'general',
    envelope: 'plain',
    owned: false,
    stepUp: false,
    idempotent: false,
    bodyKind: 'json',
    ...description,
    openBecause,
    scope,
    params,
    query,
    body,
    contract,
    answer: {
      status: answer.status ?? 200,
      schema: answer.schema,
      type: answer.type ?? 'application/json',
      description: answer.description ?? 'Done',
    },
    handle: handle as Route['handle'],
  }
}

/** Whoever is logged in. Routes that ask for somebody have somebody. */
export function personOf({ person }: { person: Person | undefined }): Person {
  if (!person) throw new Error('This route lets in nobody without logging in')
  return person
}

/** How many things a page has. */
export const PageLimit = z.coerce.number().int().min(1).max(100).default(20)
