import { parseArgs } from 'node:util'
import { load, type Load, type Loaded } from './auth/load.ts'
import { startStack } from './auth/stack.ts'
import { readFacts } from './measure/facts.ts'
import { endOnInterrupt } from './measure/interrupt.ts'
import { readUsages } from './measure/process-usage.ts'
import { say, table, writeResult } from './measure/results.ts'
import { median, round, spread } from './measure/statistics.ts'

/**
 * Requests that are authenticated beside ones that are not, at one gateway, in the same run: rounds take turns. What is asked
 * is answered by the gateway itself, so that nothing but the authentication differs.
 * Usage: `auth.ts [--rounds 7] [--ms 2000] [--connections 32]`
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    ms: { type: 'string', default: '2000' },
    connections: { type: 'string', default: '32' },
  },
})
const rounds = Number(values.rounds)
const durationMs = Number(values.ms)
const connections = Number(values.connections)
/** The share of unauthenticated requests per second that authenticated ones must reach. */
const goal = 0.7
/** JWTs that nobody has seen, for each round: more than are asked. */
const freshPerRound = Math.ceil(durationMs * 8)

endOnInterrupt()
const facts = readFacts()
await using stack = await startStack()
let fresh: string[] = []
const measures: (Load & { name: string; goal?: number })[] = [
  { name: 'not authenticated', path: '/livez' },
  { name: 'JWT', path: '/api/v1/auth/token', nextToken: () => stack.jwt, goal },
  { name: 'opaque token', path: '/api/v1/auth/token', nextToken: () => stack.opaque, goal },
  { name: 'JWT, another one each time', path: '/api/v1/auth/token', nextToken: () => fresh.pop() },
]

type Sample = Loaded & { gatewayCpuPerRequestMs: number }
const samples = measures.map((): Sample[] => [])
for (let index = -1; index < rounds; index++) {
  say(index < 0 ? 'warming up' : `round ${index + 1} of ${rounds}`)
  // Who goes first changes from round to round; the round before the first warms up.
  const order = measures.map((_, place) => (place + Math.max(index, 0)) % measures.length)
  for (const place of order) {
    fresh = await stack.freshJwts(freshPerRound)
    const sample = await measure(measures[place] as Load)
    if (index >= 0) samples[place]?.push(sample)
  }
}

const [base = []] = samples
const results = measures.map(({ name, goal }, place) => {
  const own = samples[place] ?? []
  const shares = own.map(({ perSecond }, index) => perSecond / (base[index]?.perSecond ?? Number.NaN))
  const share = round(median(shares))
  return {
    name,
    perSecond: round(median(own.map(({ perSecond }) => perSecond))),
    latencyMs: spread(own.flatMap(({ latenciesMs }) => latenciesMs)),
    gatewayCpuPerRequestMs: round(median(own.map((sample) => sample.gatewayCpuPerRequestMs))),
    share,
    shares: shares.map(round),
    ...(goal !== undefined && { goal, met: share >= goal }),
  }
})
say(`\n${table([['', 'requests/s', 'p50', 'p99', 'gateway CPU', 'share', ''], ...results.map(toRow)])}\n`)
await writeResult('auth', { facts, rounds, roundMs: durationMs, connections, results })

async function measure(what: Load): Promise<Sample> {
  const cpu = () => readUsages({ gateway: stack.gatewayPid })['gateway']?.cpuSeconds ?? 0
  const before = cpu()
  const loaded = await load(what, { port: stack.port, connections, durationMs })
  return { ...loaded, gatewayCpuPerRequestMs: ((cpu() - before) * 1_000) / loaded.latenciesMs.length }
}

function toRow({ name, perSecond, latencyMs, gatewayCpuPerRequestMs, share, ...verdict }: (typeof results)[number]) {
  const outcome = 'met' in verdict ? (verdict.met ? 'ok' : `below ${verdict.goal}`) : ''
  return [
    name,
    Math.round(perSecond).toLocaleString('en'),
    `${latencyMs.p50} ms`,
    `${latencyMs.p99} ms`,
    `${gatewayCpuPerRequestMs} ms`,
    share.toFixed(2),
    outcome,
  ]
}
