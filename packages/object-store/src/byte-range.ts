import { Problem } from '@parley/contracts'
import type { ByteRange } from './object-store.ts'

/** Which bytes of an object of this size a range means, both ends included. @throws Problem `bad-request` for none */
export function resolveRange(range: ByteRange, size: number): { start: number; end: number } {
  checkRange(range)
  if ('last' in range) {
    if (range.last > 0 && size > 0) return { start: Math.max(0, size - range.last), end: size - 1 }
  } else if (range.start < size) {
    return { start: range.start, end: Math.min(range.end ?? size - 1, size - 1) }
  }
  throw outOfRange()
}

/** As a `Range` header. @throws Problem `bad-request` when it is none */
export function toRangeHeader(range: ByteRange): string {
  checkRange(range)
  return 'last' in range ? `bytes=-${range.last}` : `bytes=${range.start}-${range.end ?? ''}`
}

export function outOfRange(cause?: unknown): Problem {
  return new Problem('bad-request', 'The object does not have these bytes', { cause })
}

function checkRange(range: ByteRange): void {
  const { start, end = start } = 'last' in range ? { start: range.last } : range
  if (![start, end].every((at) => Number.isSafeInteger(at) && at >= 0) || end < start) throw outOfRange()
}
