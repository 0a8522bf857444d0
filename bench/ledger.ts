import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { connectBus, makeContext, withContext, type Bus } from '@parley/bus'
import { billing } from '@parley/contracts'
import { freePort, startNats, startPostgres } from '@parley/local-infrastructure'
import { createIdentities, Secret } from '@parley/service-kit'
import { connectBare, type Pair } from './ledger/bare-side.ts'
import { readFacts } from './measure/facts.ts'
import { endOnInterrupt } from './measure/interrupt.ts'
import { startProcess, untilReady } from './measure/processes.ts'
import { say, table, writeResult } from './measure/results.ts'
import { median, round, spread } from './measure/statistics.ts'

/**
 * Holding and settling credits through the billing service beside the same work as bare SQL, in the same run and database, which
 * writes to the disk before it answers (`fsync` and `synchronous_commit` on). Rounds take turns.
 * Usage: `ledger.ts [--rounds 7] [--ms 2000] [--callers 64] [--wallets 1000]`
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    ms: { type: 'string', default: '2000' },
    callers: { type: 'string', default: '64' },
    wallets: { type: 'string', default: '1000' },
  },
})
const [rounds, durationMs, callers] = [Number(values.rounds), Number(values.ms), Number(values.callers)]
/** The share of bare SQL that the service must reach. */
const goal = 0.6
/** As many as a service has by default. */
const connections = 10
const secret = 'a secret of this run that nobody keeps'

endOnInterrupt()
const facts = readFacts()
await using stack = new AsyncDisposableStack()
const dir = await mkdtemp(join(tmpdir(), 'parley-bench-'))
stack.defer(() => rm(dir, { recursive: true, force: true }))
const nats = stack.use(await startNats({ dir: join(dir, 'nats') }))
const postgres = stack.use(await startPostgres({ dir: join(dir, 'postgres') }))
const internalPort = await freePort()
const env = {
  NATS_URL: nats.url,
  DATABASE_URL: postgres.url,
  INTERNAL_TOKEN_SECRET: secret,
  INTERNAL_PORT: String(internalPort),
  LOG_LEVEL: 'warn',
}
const service = await startProcess({ entry: 'services/billing/src/main.ts', env, log: join(dir, 'billing.log') })
await untilReady(stack.use(service), internalPort)
const bus = stack.use(await connect())
const wallets = await makeWallets(bus, Number(values.wallets))
const bare = stack.use(await connectBare(postgres.url, connections))
const sides: Record<'bare' | 'parley', Pair> = { bare: bare.pair, parley: throughService }

type Sample = { perSecond: number; latenciesMs: number[] }
const samples: Record<keyof typeof sides, Sample[]> = { bare: [], parley: [] }
for (let index = -1; index < rounds; index++) {
  say(index < 0 ? 'warming up' : `round ${index + 1} of ${rounds}`)
  const order = index % 2 === 0 ? (['bare', 'parley'] as const) : (['parley', 'bare'] as const)
  for (const side of order) {
    const sample = await measure(sides[side])
    if (index >= 0) samples[side].push(sample)
  }
}
const shares = samples.parley.map(({ perSecond }, index) => perSecond / (samples.bare[index]?.perSecond ?? Number.NaN))
const share = round(median(shares))
const summarise = (own: Sample[]) => ({
  perSecond: round(median(own.map(({ perSecond }) => perSecond))),
  latencyMs: spread(own.flatMap(({ latenciesMs }) => latenciesMs)),
})
const results = { bare: summarise(samples.bare), parley: summarise(samples.parley), share, goal, met: share >= goal }
const rows = (['bare', 'parley'] as const).map((side) => {
  const { perSecond, latencyMs } = results[side]
  return [side, Math.round(perSecond).toLocaleString('en'), `${latencyMs.p50} ms`, `${latencyMs.p99} ms`]
})
say(`\n${table([['reserve + settle', 'pairs/s', 'p50', 'p99'], ...rows])}\nshare ${share} (goal ${goal})\n`)
await writeResult('ledger', { facts, rounds, roundMs: durationMs, callers, wallets: wallets.length, ...results })

async function measure(pair: Pair): Promise<Sample> {
  const latenciesMs: number[] = []
  const startedAt = performance.now()
  const endsAt = startedAt + durationMs
  let next = 0
  await Promise.all(
    Array.from({ length: callers }, async () => {
      for (let askedAt = performance.now(); askedAt < endsAt; askedAt = performance.now()) {
        await pair(wallets[next++ % wallets.length] as string)
        latenciesMs.push(performance.now() - askedAt)
      }
    }),
  )
  return { perSecond: (latenciesMs.length * 1_000) / (performance.now() - startedAt), latenciesMs }
}

async function throughService(userId: string): Promise<void> {
  const holdId = crypto.randomUUID()
  const most = [{ type: 'amount' as const, micro: 1_000 }]
  await bus.request(billing.reserve, { holdId, payer: { userId }, most, lifeS: 60, purpose: 'reply' })
  await bus.request(billing.settle, { holdId, used: { type: 'amount', micro: 700 } })
}

function connect(): Promise<Bus> {
  const config = { internalTokenSecret: new Secret(secret), internalTokenSecretPrevious: undefined }
  const identities = createIdentities('chat-llm', config)
  return connectBus({ servers: nats.url, name: 'chat-llm', drainMs: 1_000, identities, onError: () => undefined })
}

async function makeWallets(asked: Bus, count: number): Promise<string[]> {
  const identity = { kind: 'admin' as const, userId: crypto.randomUUID(), sessionId: crypto.randomUUID(), scopes: [] }
  const users = Array.from({ length: count }, () => crypto.randomUUID() as string)
  await withContext({ ...makeContext(), identity }, async () => {
    for (const userId of users) {
      const grant = { grantId: crypto.randomUUID(), userId, amount: 1_000_000_000, reason: 'bench' }
      await asked.request(billing.grant, grant)
    }
  })
  return users
}
