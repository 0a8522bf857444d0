import { z } from 'zod'
import { Challenge } from './second-factor.ts'

/**
 * Every way in which Parley says no, once. `status` is the HTTP status, `retryable` says whether the same call may
 * succeed later. Each code has a page in `docs/problems/`.
 */
export const problemCodes = {
  'bad-request': { status: 400, retryable: false, title: 'The request is not valid' },
  unauthorized: { status: 401, retryable: false, title: 'Credentials are missing or not valid' },
  'insufficient-credits': { status: 402, retryable: false, title: 'There are not enough credits' },
  forbidden: { status: 403, retryable: false, title: 'This is not allowed' },
  'second-factor-required': { status: 403, retryable: false, title: 'A second factor is needed' },
  'not-found': { status: 404, retryable: false, title: 'There is no such thing' },
  conflict: { status: 409, retryable: false, title: 'The state does not allow this' },
  'precondition-failed': { status: 412, retryable: false, title: 'It was changed meanwhile' },
  'too-large': { status: 413, retryable: false, title: 'The message is too large' },
  'rate-limited': { status: 429, retryable: true, title: 'Too many requests' },
  internal: { status: 500, retryable: false, title: 'Something went wrong on our side' },
  'provider-rejected': { status: 502, retryable: false, title: 'A provider refused the request' },
  'provider-failed': { status: 502, retryable: true, title: 'A provider failed' },
  unavailable: { status: 503, retryable: true, title: 'The service is not available' },
  overloaded: { status: 503, retryable: true, title: 'The service has too much to do' },
  timeout: { status: 504, retryable: true, title: 'The answer took too long' },
} as const satisfies Record<string, { status: number; retryable: boolean; title: string }>

export type ProblemCode = keyof typeof problemCodes

export const Issue = z.object({ path: z.string(), message: z.string() })
export type Issue = z.infer<typeof Issue>

/** The body of a problem: RFC 9457 over HTTP, the same JSON over NATS. */
export const ProblemBody = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.string(),
  detail: z.string(),
  retryable: z.boolean(),
  issues: z.array(Issue).optional(),
  /** Of `second-factor-required` at a login. */
  challenge: Challenge.optional(),
  /** For what may be tried again: not before so many seconds. */
  retryAfterS: z.number().int().min(0).optional(),
  requestId: z.string().optional(),
})
export type ProblemBody = z.infer<typeof ProblemBody>

/**
 * The one error class of the platform. `detail` is public and goes to the caller; `cause` is for the log only.
 */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly code: ProblemCode
  readonly detail: string
  readonly issues: Issue[] | undefined
  readonly challenge: Challenge | undefined
  readonly retryAfterS: number | undefined

  constructor(
    code: ProblemCode,
    detail: string,
    options: {
      cause?: unknown
      issues?: Issue[] | undefined
      challenge?: Challenge | undefined
      retryAfterS?: number | undefined
    } = {},
  ) {
    super(`${code}: ${detail}`, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.detail = detail
    this.issues = options.issues
    this.challenge = options.challenge
    this.retryAfterS = options.retryAfterS
  }

  get status(): number {
    return problemCodes[this.code].status
  }

  get retryable(): boolean {
    return problemCodes[this.code].retryable
  }
}

/** Any thrown value as a Problem: what is not one already becomes `internal`, its text kept as the cause only. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  return new Problem('internal', problemCodes.internal.title, { cause: error })
}

/** The public body of a problem. */
export function toProblemBody(problem: Problem, requestId?: string): ProblemBody {
  return {
    type: `urn:parley:problem:${problem.code}`,
    title: problemCodes[problem.code].title,
    status: problem.status,
    code: problem.code,
    detail: problem.detail,
    retryable: problem.retryable,
    ...(problem.issues && { issues: problem.issues }),
    ...(problem.challenge && { challenge: problem.challenge }),
    ...(problem.retryAfterS !== undefined && { retryAfterS: problem.retryAfterS }),
    ...(requestId !== undefined && { requestId }),
  }
}

/** A problem that came over the wire. A code this version does not know is read as `internal`. */
export function fromProblemBody(body: unknown): Problem {
  const read = ProblemBody.safeParse(body)
  if (!read.success) return new Problem('internal', problemCodes.internal.title, { cause: body })
  const { code, detail, issues, challenge, retryAfterS } = read.data
  const known = Object.hasOwn(problemCodes, code) ? (code as ProblemCode) : 'internal'
  return new Problem(known, detail, { issues, challenge, retryAfterS })
}

/**
 * Reads a value by its schema.
 * @throws Problem `bad-request` with one issue per wrong field, named by its path.
 */
export function parseAs<Schema extends z.ZodType>(schema: Schema, value: unknown, what: string): z.output<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issues = result.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }))
  const named = issues.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ')
  throw new Problem('bad-request', `${what} is not valid: ${named}`, { issues })
}
