import { makeContext, withContext } from '@parley/bus'
import { Problem, toProblem, toProblemBody } from '@parley/contracts'
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express'
import type { Logger } from './logger.ts'

export type HttpSettings = {
  log: Logger
  routers: RequestHandler[]
  /** How many proxies stand in front; their `X-Forwarded-*` are believed. */
  trustedProxies?: number
}

/**
 * An Express app with what every public edge of ours has: a request id and trace for each request, one log line,
 * problem details for every failure, `not-found` for the rest.
 */
export function createHttpApp({ log, routers, trustedProxies = 0 }: HttpSettings): Express {
  const app = express()
  app.disable('x-powered-by')
  app.set('trust proxy', trustedProxies)
  app.use(inContext, logRequests(log))
  for (const router of routers) app.use(router)
  app.use((request) => {
    throw new Problem('not-found', `There is nothing at ${request.method} ${request.path}`)
  })
  app.use(answerProblem(log))
  return app
}

const inContext: RequestHandler = (request, response, next) => {
  const context = makeContext({ requestId: request.get('x-request-id'), traceparent: request.get('traceparent') })
  response.setHeader('x-request-id', context.requestId)
  response.locals['requestId'] = context.requestId
  withContext(context, next)
}

function logRequests(log: Logger): RequestHandler {
  return (request, response, next) => {
    const startedAt = performance.now()
    response.once('close', () => {
      const durationMs = Math.round(performance.now() - startedAt)
      const route = (request.route as { path?: string } | undefined)?.path ?? 'none'
      const requestId = response.locals['requestId'] as string
      log.info({ method: request.method, route, status: response.statusCode, durationMs, requestId }, 'request')
    })
    next()
  }
}

function answerProblem(log: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const problem = toHttpProblem(error)
    if (problem.status >= 500) log.error({ error, path: request.path }, 'a request failed')
    // An answer that has begun can only be cut, so that the client does not take it for whole.
    if (response.headersSent) return void response.destroy()
    const requestId = response.locals['requestId'] as string | undefined
    response.status(problem.status).type('application/problem+json').json(toProblemBody(problem, requestId))
  }
}

/** What Express and its body parsers throw when it is the caller's fault; any other status is some library's own. */
const callersFaults = [400, 404, 413, 415]

/** Whatever a request failed with as a Problem, the caller's own faults among it. */
export function toHttpProblem(error: unknown): Problem {
  const { status } = (error ?? {}) as { status?: unknown }
  if (error instanceof Problem || !callersFaults.includes(status as number)) return toProblem(error)
  if (status === 404) return new Problem('not-found', 'There is nothing at this path', { cause: error })
  if (status === 413) return new Problem('too-large', 'The body is too large', { cause: error })
  return new Problem('bad-request', 'The request cannot be read', { cause: error })
}
