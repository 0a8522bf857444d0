import type { Readable } from 'node:stream'

/** `temporary` objects are swept when their day is long enough ago, `permanent` ones are deleted by name only. */
export type Retention = 'permanent' | 'temporary'

export type NewObject = {
  retention: Retention
  /** What the caller calls it: only its extension is kept, for the store makes the name. */
  name: string
  /** Kept and given back as it is: whoever takes uploads sniffs it first. */
  contentType: string
  /** Read once. It fails the `put` when it fails, and is closed when the `put` fails. */
  body: Uint8Array | AsyncIterable<Uint8Array>
  /** A few words beside the object: names of `[a-z0-9-]`, 2 KiB in all. */
  metadata?: Record<string, string>
  /** At most, and when left out, 5 GiB: what one upload to OSS may have. */
  maxBytes?: number
}

export type StoredObject = {
  /** `{permanent|temporary}/{YYYYMMDD}/{UUIDv7}[.{extension}]`, the day in UTC. The same in every store. */
  key: string
  /** Of the whole object, in bytes. */
  size: number
  contentType: string
  /** With its quotes, as HTTP has it. */
  etag: string
  lastModified: Date
  metadata: Record<string, string>
}

/** One part of an object: from `start` to `end` (included, to the object's end when left out), or the `last` bytes. */
export type ByteRange = { start: number; end?: number } | { last: number }

export type OpenedObject = StoredObject & {
  /** Which bytes the body has, both ends included; undefined for all of them. */
  range: { start: number; end: number } | undefined
  /** To be read to its end or destroyed. */
  body: Readable
}

export type Sweep = {
  /** Temporary objects of days that are more than this many days ago are deleted; at least 1. */
  olderThanDays: number
  now?: Date
  /** Bounds one call; 10 000 when left out. */
  mostObjects?: number
  signal?: AbortSignal
}

export type Swept = {
  objects: number
  /** Remains of uploads that never ended; always 0 where a store leaves none. */
  partialUploads: number
  /** False when there is more to do: the bound was reached, or the signal came. */
  complete: boolean
}

/**
 * Files by key, on a disk or in a bucket. What cannot be a key is an unknown one. Failures are Problems: `bad-request` for an
 * object or a range that cannot be, `too-large`, `timeout` when nothing moves for too long, `unavailable` when the disk does
 * not serve, `provider-rejected` and `provider-failed` from a vendor. An abort throws the signal's reason.
 */
export type ObjectStore = AsyncDisposable & {
  /** All or nothing: a body that fails, is aborted or too large leaves no object. A body's own error is thrown as it is. */
  put: (object: NewObject, options?: { signal?: AbortSignal }) => Promise<StoredObject>
  /** The signal is good for the body too. A range that reaches over the end is cut there. */
  get: (key: string, options?: { range?: ByteRange; signal?: AbortSignal }) => Promise<OpenedObject | undefined>
  head: (key: string, options?: { signal?: AbortSignal }) => Promise<StoredObject | undefined>
  /** Afterwards the object is gone, whether it was there or not. */
  delete: (key: string, options?: { signal?: AbortSignal }) => Promise<void>
  /**
   * A URL from which anybody can `GET` the object for `expiresInS` seconds, a week at most. Whether there is such an object is
   * not looked at. @throws Problem `not-found` for what cannot be a key
   */
  signUrl: (key: string, options: { expiresInS: number }) => Promise<string>
  sweep: (sweep: Sweep) => Promise<Swept>
}
