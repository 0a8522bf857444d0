import { OssError } from './oss-error.ts'

export type ByteRange = { start: number; end: number }

/**
 * What a `Range` header asks of an object, both ends included; undefined for the whole. A range that does not fit is
 * ignored, unless the client sent `x-oss-range-behavior: standard`.
 * @throws OssError 416
 */
export function readByteRange(header: string | undefined, size: number, standard: boolean): ByteRange | undefined {
  const parts = /^bytes=(\d*)-(\d*)$/.exec(header ?? '')
  if (!parts || (!parts[1] && !parts[2])) return undefined
  const range = parts[1]
    ? { start: Number(parts[1]), end: parts[2] ? Number(parts[2]) : size - 1 }
    : { start: size - Number(parts[2]), end: size - 1 }
  if (range.start >= 0 && range.start <= range.end && range.end < size) return range
  if (!standard) return undefined
  if (range.start < size && range.start <= range.end) {
    return { start: Math.max(0, range.start), end: Math.min(range.end, size - 1) }
  }
  throw new OssError(416, 'InvalidRange', 'The requested range cannot be satisfied.')
}
