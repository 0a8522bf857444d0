import { currentContext } from '@parley/bus'
import { Problem, toProblemBody, type Person } from '@parley/contracts'
import { toHttpProblem, type Logger, type NoteRefusal } from '@parley/service-kit'
import { Router, type Request, type Response } from 'express'
import type { Bearers } from '../bearers.ts'
import { sent, type Edge, type Exchange, type Route } from '../routes/route.ts'
import { envelopes, toOpenAiError } from './envelopes.ts'
import type { Idempotency } from './idempotency.ts'
import type { RateLimits } from './rate-limits.ts'
import { readRequest } from './read-request.ts'
import { demandStepUp, type StepUpPolicy } from './step-up.ts'

export type WiringSettings = Edge & {
  log: Logger
  bearers: Bearers
  limits: RateLimits
  stepUp: StepUpPolicy
  idempotency: Idempotency
  noteRefusal: NoteRefusal
}

const mostKeyLength = 255
/** Made once: it is the end of every request, and a stack costs more than the rest of it. */
const clientGone = new Problem('unavailable', 'The client has gone')

/** The route table as an Express router: each request is limited, authenticated, read, answered, in its route's form. */
export function wireRoutes(routes: readonly Route[], settings: WiringSettings): Router {
  const router = Router()
  for (const route of routes) {
    router[route.method](route.path, async (request, response) => {
      try {
        await answer(route, request, response, settings)
      } catch (error) {
        noteRefused(route, error, request, settings.noteRefusal)
        refuse(route, error, request, response, settings.log)
      }
    })
  }
  return router
}

async function answer(route: Route, request: Request, response: Response, settings: WiringSettings): Promise<void> {
  const { bus, store, newId, limits } = settings
  const bearer = readBearer(request)
  const open = route.auth === 'none' || (route.auth === 'optional' && bearer === undefined)
  const person = open ? undefined : await authenticate(bearer, request, settings)
  await limits.take(route.rate, { userId: person?.userId, address: request.ip ?? '' }, response)
  const context = currentContext()
  if (context) context.identity = person
  if (person) authorise(route, person)
  if (route.stepUp) await demandStepUp(bus, settings.stepUp)
  const given = await readRequest(route, request, response)
  const gone = new AbortController()
  response.once('close', () => gone.abort(clientGone))
  const exchange = { bus, store, newId, request, response, person, bearer, signal: gone.signal, ...given }
  const key = route.idempotent ? request.get('idempotency-key') : undefined
  if (key === undefined || !person) return handle(route, exchange)
  if (key.length > mostKeyLength) throw new Problem('bad-request', 'An Idempotency-Key has 255 characters at most')
  const asked = { who: person.userId, key, request: [route.operationId, given] }
  const { replayed, ...answered } = await settings.idempotency.once(asked, async () => {
    const { status } = route.answer
    return { status, body: envelopes[route.envelope].wrap(await route.handle(exchange), status) }
  })
  if (replayed) response.setHeader('Idempotency-Replayed', 'true')
  response.status(answered.status).json(answered.body)
}

async function handle(route: Route, exchange: Exchange): Promise<void> {
  const data = await route.handle(exchange)
  if (data === sent) return
  const { status } = route.answer
  exchange.response.status(status).json(envelopes[route.envelope].wrap(data, status))
}

/** Who asks. @throws Problem `unauthorized`; `rate-limited` for an address that was refused too often, without asking auth */
async function authenticate(
  bearer: string | undefined,
  request: Request,
  { bearers, limits }: WiringSettings,
): Promise<Person> {
  const address = request.ip ?? ''
  try {
    if (bearer === undefined) throw new Problem('unauthorized', 'Log in first: send "Authorization: Bearer <token>"')
    return (await bearers.verify(bearer, () => limits.checkRefusals(address))).person
  } catch (error) {
    if (error instanceof Problem && error.code === 'unauthorized') await limits.countRefusal(address)
    throw error
  }
}

/** @throws Problem `forbidden` for a session that may not do this */
function authorise({ auth, scope }: Route, { kind, scopes }: Person): void {
  if (auth === 'admin' && kind !== 'admin') throw new Problem('forbidden', 'This is for administrators')
  if (scope && !scopes.includes(scope)) throw new Problem('forbidden', `This token may not do this ("${scope}")`)
}

export function readBearer(request: Pick<Request, 'headers'>): string | undefined {
  return /^Bearer +(\S{1,2048})$/i.exec(request.headers.authorization ?? '')?.[1]
}

/** What may be somebody trying out what they may not: a token that is not good, a lack of rights, what is somebody else's. */
function noteRefused(route: Route, error: unknown, request: Request, note: NoteRefusal): void {
  const { code } = toHttpProblem(error)
  const forged = code === 'unauthorized' && route.auth !== 'none' && readBearer(request) !== undefined
  const elsewhere = code === 'not-found' && route.owned && currentContext()?.identity !== undefined
  if (!forged && !elsewhere && code !== 'forbidden') return
  const target = { kind: 'route', id: `${route.method.toUpperCase()} ${route.path}` }
  note({ action: 'request.refused', target, outcome: code, address: request.ip ?? '' })
}

function refuse(route: Route, error: unknown, request: Request, response: Response, log: Logger): void {
  if (response.destroyed) return
  const problem = toHttpProblem(error)
  if (problem.status >= 500) log.error({ error, route: route.path }, 'a request failed')
  if (response.headersSent) return endBrokenStream(route, problem, response)
  const requestId = response.locals['requestId'] as string | undefined
  const { type, body } = envelopes[route.envelope].refuse(problem, { request, requestId })
  if (problem.code === 'unauthorized') response.setHeader('WWW-Authenticate', 'Bearer')
  if (problem.retryAfterS !== undefined) response.setHeader('Retry-After', String(problem.retryAfterS))
  response.status(problem.status).type(type).json(body)
}

/** The status is gone by now: a stream of events says what happened as its last one, anything else is cut. */
function endBrokenStream(route: Route, problem: Problem, response: Response): void {
  const hasEvents = String(response.getHeader('content-type')).startsWith('text/event-stream')
  if (!hasEvents || response.writableEnded) return void response.destroy()
  const requestId = response.locals['requestId'] as string | undefined
  const body = route.envelope === 'openai' ? toOpenAiError(problem) : toProblemBody(problem, requestId)
  response.end(`event: error\ndata: ${JSON.stringify(body)}\n\n`)
}
