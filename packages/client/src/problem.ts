import type { components } from './paths.ts'

/** Problem details (RFC 9457), as every refusal under `/api/v1` has them. */
export type ProblemDetails = components['schemas']['Problem']

/** The platform said no; `details.code` says why, `details.retryable` whether the same may succeed later. */
export class ParleyError extends Error {
  override readonly name = 'ParleyError'
  readonly details: ProblemDetails

  constructor(details: ProblemDetails) {
    super(`${details.code}: ${details.detail}`)
    this.details = details
  }
}

/** Reads a refusal, in whatever form it comes. */
export async function readProblem(response: Response): Promise<ParleyError> {
  const { status } = response
  const body = (await response.json().catch(() => ({}))) as Partial<ProblemDetails>
  const retryable = status === 429 || status >= 502
  return new ParleyError({
    type: 'about:blank',
    title: response.statusText,
    code: 'internal',
    detail: `The answer was ${status}`,
    retryable,
    ...body,
    status,
  })
}
