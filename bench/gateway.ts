import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { connectBus } from '@parley/bus'
import { scopesOf, type Person } from '@parley/contracts'
import { freePort } from '@parley/local-infrastructure'
import { createIdentities, Secret } from '@parley/service-kit'
import { load, type Loaded } from './auth/load.ts'
import { startStack } from './auth/stack.ts'
import { dripHeaders, leaveAtOnce } from './gateway/abuse.ts'
import { askBus, askGateway, ramp, whole, type Streamed } from './gateway/streams.ts'
import { readFacts } from './measure/facts.ts'
import { endOnInterrupt } from './measure/interrupt.ts'
import { watchLoopLag } from './measure/loop-lag.ts'
import { readUsages } from './measure/process-usage.ts'
import { startProcess, type Running } from './measure/processes.ts'
import { say, table, writeResult } from './measure/results.ts'
import { median, round, spread, type Spread } from './measure/statistics.ts'

/**
 * An authenticated read through the gateway and NATS beside a hand-written Express handler that does the same hop with `jose`,
 * `ioredis` and `nats`, rounds taking turns; then streams of events that are opened one after the other, beside the same over the bus.
 * Usage: `gateway.ts [--rounds 7] [--ms 2000] [--connections 32] [--streams 1000] [--ramp-ms 10000] [--leaving 10000] [--profile FOLDER]`
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    ms: { type: 'string', default: '2000' },
    connections: { type: 'string', default: '32' },
    streams: { type: 'string', default: '1000' },
    'ramp-ms': { type: 'string', default: '10000' },
    leaving: { type: 'string', default: '10000' },
    profile: { type: 'string' },
  },
})
const [rounds, durationMs, connections] = [Number(values.rounds), Number(values.ms), Number(values.connections)]
const [streams, rampMs, leaving] = [values.streams, values['ramp-ms'], values.leaving].map(Number) as [
  number,
  number,
  number,
]
/** The share of the hand-written handler's requests per second that the gateway must reach. */
const goal = 0.7
/** What may be added to the first event, at the 95th percentile. */
const goalMs = 10
/** What `/livez` may take while everybody leaves, at the 99th percentile. */
const goalLivezMs = 250

endOnInterrupt()
const facts = readFacts()
await using stack = new AsyncDisposableStack()
const services = stack.use(await startStack({ profile: values.profile }))
const barePort = await freePort()
const keys = await (await fetch(`http://127.0.0.1:${services.port}/.well-known/jwks.json`)).text()
await startOther('stand-in', [services.natsUrl, services.secret])
const bare = await startOther('bare-handler', [String(barePort), services.natsUrl, services.redisUrl, keys])

const reads = rounds > 0 ? await compareReads() : []
say(`\n${table([['', 'requests/s', 'p50', 'p99', 'CPU', 'share', ''], ...reads.map(toRow)])}\n`)
const streaming = streams > 0 ? await compareStreams() : undefined
const abuse = leaving > 0 ? await watchAbuse() : undefined
await writeResult('gateway', { facts, rounds, roundMs: durationMs, connections, reads, streaming, abuse })

async function startOther(name: string, args: string[]) {
  const entry = `bench/gateway/${name}.ts`
  const started = stack.use(await startProcess({ entry, args, log: join(services.dir, `${name}.log`) }))
  await untilSaid(started)
  return started
}

/** @throws Error with its last words when it ends before it is ready */
async function untilSaid({ child, log }: Running): Promise<void> {
  const ended = new AbortController()
  child.once('exit', () => ended.abort(new Error(`${log}: it ended\n${readFileSync(log, 'utf8').slice(-2_000)}`)))
  await once(child, 'message', { signal: ended.signal }).catch(() => ended.signal.throwIfAborted())
}

async function compareReads() {
  const nextToken = () => services.jwt
  const sides = [
    { name: 'by hand, each token verified', port: barePort, pid: bare.pid, what: { path: '/verified', nextToken } },
    { name: 'by hand, tokens remembered', port: barePort, pid: bare.pid, what: { path: '/remembered', nextToken } },
    { name: 'gateway', port: services.port, pid: services.gatewayPid, what: { path: '/api/v1/agents', nextToken } },
  ]
  type Sample = Loaded & { cpuMs: number }
  const samples = sides.map((): Sample[] => [])
  for (let index = -1; index < rounds; index++) {
    say(index < 0 ? 'warming up' : `round ${index + 1} of ${rounds}`)
    // Who goes first changes from round to round; the round before the first warms up.
    for (const place of sides.map((_, place) => (place + Math.max(index, 0)) % sides.length)) {
      const { port, pid, what } = sides[place] as (typeof sides)[number]
      const cpu = () => readUsages({ side: pid })['side']?.cpuSeconds ?? 0
      const before = cpu()
      const loaded = await load(what, { port, connections, durationMs })
      const cpuMs = ((cpu() - before) * 1_000) / loaded.latenciesMs.length
      if (index >= 0) samples[place]?.push({ ...loaded, cpuMs })
    }
  }
  const gateway = samples.at(-1) ?? []
  return sides.map(({ name }, place) => {
    const own = samples[place] ?? []
    const shares = gateway.map(({ perSecond }, index) => perSecond / (own[index]?.perSecond ?? Number.NaN))
    return {
      name,
      perSecond: round(median(own.map(({ perSecond }) => perSecond))),
      latencyMs: spread(own.flatMap(({ latenciesMs }) => latenciesMs)),
      cpuMs: round(median(own.map((sample) => sample.cpuMs))),
      /** What the gateway reaches of it. */
      share: round(median(shares)),
    }
  })
}

function toRow({ name, perSecond, latencyMs, cpuMs, share }: Awaited<ReturnType<typeof compareReads>>[number]) {
  const verdict = name === 'gateway' ? '' : share >= goal ? 'ok' : `below ${goal}`
  return [
    name,
    Math.round(perSecond).toLocaleString('en'),
    `${latencyMs.p50} ms`,
    `${latencyMs.p99} ms`,
    `${cpuMs} ms`,
    share.toFixed(2),
    verdict,
  ]
}

type StreamResult = {
  name: string
  firstMs: Spread
  /** Streams that lacked something or had something twice. */
  broken: number
  gatewayCpuSeconds: number
  /** How late this process was: it is part of every figure. */
  generatorLagMs: Spread
}

async function compareStreams() {
  const config = { internalTokenSecret: new Secret(services.secret), internalTokenSecretPrevious: undefined }
  await using bus = await connectBus({
    servers: services.natsUrl,
    name: 'bench',
    drainMs: 1_000,
    identities: createIdentities('bench', config),
    onError: () => undefined,
  })
  const ids = { userId: crypto.randomUUID(), sessionId: crypto.randomUUID() }
  const person: Person = { kind: 'user', ...ids, scopes: scopesOf('user') }
  const asking = { port: services.port, token: services.jwt }
  const sides: Record<string, (index: number) => Promise<Streamed>> = {
    bus: () => askBus(bus, person),
    gateway: () => askGateway(asking),
    // Every one is cut somewhere, and taken up.
    'gateway, cut once': (index) => askGateway({ ...asking, cutAfter: 1 + (index % 38) }),
  }
  using lag = watchLoopLag()
  const results: StreamResult[] = []
  for (const [name, open] of Object.entries(sides)) {
    say(`${streams} streams over ${rampMs} ms: ${name}`)
    await ramp(20, 200, open)
    lag.take()
    const before = readUsages({ gateway: services.gatewayPid })['gateway']?.cpuSeconds ?? 0
    const streamed = await ramp(streams, rampMs, open)
    const cpuSeconds = round((readUsages({ gateway: services.gatewayPid })['gateway']?.cpuSeconds ?? 0) - before)
    results.push({
      name,
      firstMs: spread(streamed.map(({ firstMs }) => firstMs)),
      broken: streamed.filter(({ text }) => text !== whole).length,
      gatewayCpuSeconds: cpuSeconds,
      generatorLagMs: lag.take(),
    })
  }
  const added = results.map(({ firstMs }) => round(firstMs.p95 - (results[0]?.firstMs.p95 ?? Number.NaN)))
  const rows = results.map(({ name, firstMs, broken }, place) => {
    const verdict = (added[place] ?? Number.NaN) <= goalMs && broken === 0 ? 'ok' : `above ${goalMs} ms, or broken`
    return [
      name,
      `${firstMs.p50} ms`,
      `${firstMs.p95} ms`,
      `${firstMs.p99} ms`,
      `${added[place]} ms`,
      String(broken),
      verdict,
    ]
  })
  say(`\n${table([['first event', 'p50', 'p95', 'p99', 'added to p95', 'broken', ''], ...rows])}\n`)
  return results.map((result, place) => ({ ...result, addedP95Ms: added[place], goalMs }))
}

async function watchAbuse() {
  const { port, jwt: token } = services
  say(`${leaving} clients of idle streams leave at once`)
  const left = await leaveAtOnce({ port, token, clients: leaving, watchedMs: 10_000 })
  const drippers = Math.round(leaving / 5)
  say(`${drippers} clients send a header letter by letter`)
  const dripped = await dripHeaders({ port, clients: drippers, watchedMs: 15_000 })
  return [
    { name: 'idle streams left at once', clients: leaving, livezMs: spread(left) },
    { name: 'headers letter by letter', clients: drippers, livezMs: spread(dripped) },
  ].map((result) => {
    const { name, livezMs } = result
    const met = livezMs.p99 <= goalLivezMs
    say(`/livez, ${name}: p50 ${livezMs.p50}, p99 ${livezMs.p99}, at most ${livezMs.max} ms: ${met ? 'ok' : 'late'}`)
    return { ...result, goalLivezMs, met }
  })
}
