import { toProblemBody, type Challenge, type Problem } from '@parley/contracts'
import type { Request } from 'express'
import type { EnvelopeName } from '../routes/route.ts'

type Answered = { type: string; body: unknown }

/** The form in which one family of clients expects answers and refusals. */
export type Envelope = {
  wrap: (data: unknown, status: number) => unknown
  refuse: (problem: Problem, about: { request: Request; requestId: string | undefined }) => Answered
}

const json = 'application/json'

/** What OpenAI's clients tell failures apart by, where the status alone does not say it. */
const openAiTypes: Partial<Record<Problem['code'], string>> = {
  unauthorized: 'authentication_error',
  forbidden: 'permission_error',
  'rate-limited': 'rate_limit_error',
  'insufficient-credits': 'insufficient_quota',
}

export const envelopes: Record<EnvelopeName, Envelope> = {
  /** Ours: the answer as it is, problem details (RFC 9457). */
  plain: {
    wrap: (data) => data,
    refuse: (problem, { requestId }) => ({
      type: 'application/problem+json',
      body: toProblemBody(problem, requestId),
    }),
  },
  /** The companion app's: `{code, message, data}`, the code being the status. */
  companion: {
    wrap: (data, code) => ({ code, message: 'success', data }),
    refuse: ({ status: code, detail: message, issues, challenge }, { requestId }) => ({
      type: json,
      body: {
        code,
        message,
        data: challenge ? { challenge: toChallengeView(challenge) } : null,
        ...(issues && { issues }),
        request_id: requestId,
      },
    }),
  },
  /** OpenAI's: `{error: {message, type, param, code}}`, all four always there. */
  openai: {
    wrap: (data) => data,
    refuse: (problem) => ({ type: json, body: toOpenAiError(problem) }),
  },
  /**
   * The vendor's demo front end: it looks at `ResponseMetadata` whatever the status is. Clients of older installs look for
   * `code` and `message` when they are not let in: such a refusal has both.
   */
  rtc: {
    wrap: (data) => data,
    refuse: ({ code, detail }, { request }) => {
      const Action = typeof request.query['Action'] === 'string' ? request.query['Action'] : request.path.slice(1)
      const ResponseMetadata = { Action, Error: { Code: -1, Message: `Error: ${detail}` } }
      const older = code === 'unauthorized' && { code: 401, message: '鉴权失败' }
      return { type: json, body: { ...older, ResponseMetadata } }
    },
  },
}

function toChallengeView({ token, expiresAt, methods }: Challenge) {
  return { token, expires_at: expiresAt, methods }
}

/** A failure as OpenAI's clients read it. */
export function toOpenAiError({ code, status, detail, issues }: Problem) {
  const type = openAiTypes[code] ?? (status < 500 ? 'invalid_request_error' : 'server_error')
  const model = code === 'not-found' && detail.startsWith('There is no model') ? 'model_not_found' : undefined
  const quota = code === 'insufficient-credits' ? 'insufficient_quota' : undefined
  return {
    error: {
      message: detail,
      type,
      param: issues?.[0]?.path ?? null,
      code: model ?? quota ?? code.replaceAll('-', '_'),
    },
  }
}
