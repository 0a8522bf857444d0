import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import type { Identity } from '@parley/contracts'

/** What ties the log lines and spans of one piece of work together, across processes. */
export type WorkContext = {
  requestId: string
  /** W3C trace context, `00-<trace>-<parent>-<flags>`. */
  traceparent: string
  /** On whose behalf the work is done; calls made in it carry it on. Without one, calls are the service's own. */
  identity?: Identity | undefined
}

const storage = new AsyncLocalStorage<WorkContext>()
const traceparentShape = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/
const requestIdShape = /^[A-Za-z0-9_.:-]{1,128}$/

export function currentContext(): WorkContext | undefined {
  return storage.getStore()
}

/** Runs `work` with a context of its own; everything it awaits and every call over the bus carries it. */
export function withContext<T>(context: WorkContext, work: () => T): T {
  return storage.run(context, work)
}

/** A context from what came in from outside; what is missing or malformed is made anew. */
export function makeContext(given: { requestId?: string; traceparent?: string } = {}): WorkContext {
  const { requestId, traceparent } = given
  return {
    requestId: requestId && requestIdShape.test(requestId) ? requestId : randomUUID(),
    traceparent: traceparent && traceparentShape.test(traceparent) ? traceparent : newTraceparent(),
  }
}

/** UUIDs are drawn from a pool, which makes them many times cheaper than random bytes one by one. */
function newTraceparent(): string {
  const digits = () => randomUUID().replaceAll('-', '')
  return `00-${digits()}-${digits().slice(0, 16)}-01`
}
