import { parseAs, Problem } from '@parley/contracts'
import { json, urlencoded, type Request, type RequestHandler, type Response } from 'express'
import type { BodyKind, Exchange, Route } from '../routes/route.ts'

const mostBytes = '1mb'
/** More than any schema of ours has; what is below it would only cost whoever looks. */
const mostDepth = 64

const readJson = json({ limit: mostBytes, strict: true })
const readLargeJson = json({ limit: '24mb', strict: true })
const readForm = urlencoded({ limit: mostBytes, extended: false })

const parsers: Record<Exclude<BodyKind, 'multipart'>, RequestHandler> = {
  json: readJson,
  'large-json': readLargeJson,
  form: readForm,
  'json-or-form': (request, response, next) => (request.is('json') ? readJson : readForm)(request, response, next),
}

/**
 * What a request gives a route, checked.
 * @throws Problem `bad-request` naming each wrong field, `too-large`; what body parsers throw
 */
export async function readRequest(
  { params, query, body, bodyKind }: Route,
  request: Request,
  response: Response,
): Promise<Pick<Exchange, 'params' | 'query' | 'body'>> {
  const sentBody = body && bodyKind !== 'multipart' ? await parseBody(parsers[bodyKind], request, response) : undefined
  if (isDeeper(sentBody, mostDepth)) throw new Problem('bad-request', `The body is nested deeper than ${mostDepth}`)
  return {
    params: params && parseAs(params, request.params, 'The path'),
    query: query && parseAs(query, request.query, 'The query'),
    body: body && parseAs(body, sentBody, 'The body'),
  }
}

/** A body of another type than the route takes, or none, is an empty one: then the fields that it lacks are named. */
async function parseBody(parser: RequestHandler, request: Request, response: Response): Promise<unknown> {
  await new Promise<void>((resolve, reject) => {
    void parser(request, response, (error?: unknown) => (error ? reject(toProblem(error)) : resolve()))
  })
  return (request.body as unknown) ?? {}
}

function isDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return depth === 0 || Object.values(value).some((inner) => isDeeper(inner, depth - 1))
}

function toProblem(error: unknown): unknown {
  const { type } = error as { type?: string }
  return type === 'entity.parse.failed' ? new Problem('bad-request', 'The body is not JSON', { cause: error }) : error
}
