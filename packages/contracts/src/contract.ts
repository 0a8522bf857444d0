import type { z } from 'zod'
import type { Access } from './identity.ts'

/** One question, one answer, by one instance of the owning service. */
export type RequestContract<
  Subject extends string = string,
  Input extends z.ZodType = z.ZodType,
  Output extends z.ZodType = z.ZodType,
  A extends Access = Access,
> = {
  kind: 'request'
  subject: Subject
  access: A
  input: Input
  output: Output
  /** How long a caller waits unless it says otherwise. */
  timeoutMs: number
  /** The longest wait a caller may ask for. */
  maxTimeoutMs: number
}

/** One question, many answers, an end. Chunks are JSON of a schema, or raw bytes. */
export type StreamContract<
  Subject extends string = string,
  Input extends z.ZodType = z.ZodType,
  Chunk extends z.ZodType | 'bytes' = z.ZodType | 'bytes',
  A extends Access = Access,
> = {
  kind: 'stream'
  subject: Subject
  access: A
  input: Input
  chunk: Chunk
  /** Silence on the wire for this long means that the other side is dead; the bus keeps a living stream from it. */
  idleMs: number
  /** How many chunks may be under way unread. */
  window: number
}

/** It happened: every listener, in order. */
export type EventContract<Subject extends string = string, Payload extends z.ZodType = z.ZodType> = {
  kind: 'event'
  subject: Subject
  payload: Payload
}

/** Media: every listener, in order, no schema. */
export type BytesContract<Subject extends string = string> = { kind: 'bytes'; subject: Subject }

export type Contract = RequestContract | StreamContract | EventContract | BytesContract

export type ChunkOf<Chunk extends z.ZodType | 'bytes'> = Chunk extends z.ZodType ? z.output<Chunk> : Uint8Array

/** `access` is `platform` unless said otherwise. */
export function request<
  const S extends string,
  I extends z.ZodType,
  O extends z.ZodType,
  const A extends Access = 'platform',
>(
  subject: S,
  shape: { input: I; output: O; timeoutMs: number; maxTimeoutMs?: number; access?: A },
): RequestContract<S, I, O, A> {
  return {
    kind: 'request',
    subject,
    maxTimeoutMs: shape.timeoutMs,
    ...shape,
    access: shape.access ?? ('platform' as A),
  }
}

export function stream<
  const S extends string,
  I extends z.ZodType,
  C extends z.ZodType | 'bytes',
  const A extends Access = 'platform',
>(subject: S, shape: { input: I; chunk: C; idleMs: number; window?: number; access?: A }): StreamContract<S, I, C, A> {
  return { kind: 'stream', subject, window: 32, ...shape, access: shape.access ?? ('platform' as A) }
}

export function event<const S extends string, P extends z.ZodType>(subject: S, payload: P): EventContract<S, P> {
  return { kind: 'event', subject, payload }
}

export function bytes<const S extends string>(subject: S): BytesContract<S> {
  return { kind: 'bytes', subject }
}
