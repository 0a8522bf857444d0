import { createServer, type Server } from 'node:http'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { listen } from './listen.ts'

/** Asks one dependency whether it works; throws when it does not. */
export type HealthCheck = () => Promise<void> | void

export type Health = AsyncDisposable & {
  readonly port: number
  readonly metrics: Registry
  /** Readiness needs every check; liveness none. */
  addCheck: (name: string, check: HealthCheck) => void
  setReady: (ready: boolean) => void
  /** What `/readyz` says. */
  read: () => Promise<Readiness>
}

/** `started` is false before the service is open and while it drains; a check is `ok` or says what is wrong. */
export type Readiness = {
  status: 'ready' | 'not-ready'
  started: boolean
  checks: Record<string, string>
  /** How long each check took. */
  latenciesMs: Record<string, number>
}

const checkTimeoutMs = 2_000

/**
 * The internal HTTP port of a process, never exposed: `/livez` (the event loop turns), `/readyz` (started, not
 * draining, dependencies answer) and `/metrics` (Prometheus).
 */
export async function openHealth({ port }: { port: number }): Promise<Health> {
  const metrics = new Registry()
  collectDefaultMetrics({ register: metrics })
  const checks = new Map<string, HealthCheck>()
  let ready = false

  async function readiness(): Promise<Readiness> {
    const results = await Promise.all([...checks].map(async ([name, check]) => ({ name, ...(await timeCheck(check)) })))
    const failed = results.some(({ result }) => result !== 'ok')
    return {
      status: ready && !failed ? 'ready' : 'not-ready',
      started: ready,
      checks: Object.fromEntries(results.map(({ name, result }) => [name, result])),
      latenciesMs: Object.fromEntries(results.map(({ name, tookMs }) => [name, tookMs])),
    }
  }

  async function answer(path: string): Promise<{ status: number; type: string; body: string }> {
    if (path === '/livez') return { status: 200, type: 'application/json', body: '{"status":"alive"}' }
    if (path === '/metrics') return { status: 200, type: metrics.contentType, body: await metrics.metrics() }
    if (path !== '/readyz') return { status: 404, type: 'application/json', body: '{"status":"not-found"}' }
    const body = await readiness()
    return { status: body.status === 'ready' ? 200 : 503, type: 'application/json', body: JSON.stringify(body) }
  }

  const server: Server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? ''
    void answer(path).then(
      ({ status, type, body }) => response.writeHead(status, { 'content-type': type }).end(body),
      () => response.writeHead(500).end(),
    )
  })
  const listening = await listen(server, port)

  return {
    port: listening.port,
    metrics,
    addCheck: (name, check) => checks.set(name, check),
    setReady: (value) => {
      ready = value
    },
    read: readiness,
    [Symbol.asyncDispose]: async () => {
      metrics.clear()
      await listening[Symbol.asyncDispose]()
    },
  }
}

async function timeCheck(check: HealthCheck): Promise<{ result: string; tookMs: number }> {
  const startedAt = performance.now()
  const result = await runCheck(check)
  return { result, tookMs: Math.round(performance.now() - startedAt) }
}

async function runCheck(check: HealthCheck): Promise<string> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer in ${checkTimeoutMs} ms`), checkTimeoutMs)
  })
  const result = Promise.resolve()
    .then(check)
    .then(
      () => 'ok',
      (error: unknown) => (error instanceof Error ? error.message : 'failed'),
    )
  return Promise.race([result, late]).finally(() => clearTimeout(timer))
}
