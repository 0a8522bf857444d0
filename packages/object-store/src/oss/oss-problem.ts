import { Problem } from '@parley/contracts'
import { outOfRange } from '../byte-range.ts'

/** Errors of ali-oss: `status` is that of HTTP, -1 when the network failed, -2 when nothing came. */
type OssError = { status?: number; code?: string }

/** A failure of the vendor as a Problem. */
export function toOssProblem(cause: unknown): Problem {
  if (cause instanceof Problem) return cause
  const { status = -1, code } = cause as OssError
  if (status === -2 || code === 'UND_ERR_BODY_TIMEOUT') {
    return new Problem('timeout', 'The object store did not answer in time', { cause })
  }
  if (code === 'InvalidRange') return outOfRange(cause)
  if (code === 'EntityTooLarge')
    return new Problem('too-large', 'The object is too large for the object store', { cause })
  if (status < 0) return new Problem('provider-failed', 'The object store cannot be reached', { cause })
  return isPassing(status)
    ? new Problem('provider-failed', `The object store failed (${status})`, { cause })
    : new Problem('provider-rejected', `The object store refused the request (${status})`, { cause })
}

export function isNoSuchKey(error: unknown): boolean {
  const { status, code } = error as OssError
  return status === 404 && code === 'NoSuchKey'
}

/** Whether OSS itself refused, and not the way to it. */
export function wasAnswered(error: unknown): boolean {
  return ((error as OssError).status ?? -1) > 0
}

function isPassing(status: number): boolean {
  return status >= 500 || status === 429 || status === 408
}
