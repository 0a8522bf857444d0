import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startNats } from '@parley/local-infrastructure'
import { connectBare } from './bus/bare-side.ts'
import { frameBytes } from './bus/contracts.ts'
import { measureBytes, measureRequests, measureStream, type Limits, type Sampled } from './bus/measures.ts'
import { connectParley, inContext } from './bus/parley-side.ts'
import type { Side, SideName } from './bus/side.ts'
import { endOnInterrupt } from './measure/interrupt.ts'
import { readFacts } from './measure/facts.ts'
import { say, table, writeResult } from './measure/results.ts'
import { median, round, spread } from './measure/statistics.ts'

/**
 * The bus beside the bare `nats` client, in the same run: the calling ends are two connections of this process, the
 * serving ends two connections of another one, rounds take turns. Usage: `bus.ts [--rounds 7] [--ms 1000] [--only name]`
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    ms: { type: 'string', default: '1000' },
    only: { type: 'string' },
  },
})
const rounds = Number(values.rounds)
const limits: Limits = { durationMs: Number(values.ms) }
/** How many times slower than the bare client the bus may be. */
const goal = 1.5

type Measure = { name: string; unit: string; goal?: number; run: (side: Side, name: SideName) => Promise<Sampled> }

const everyMeasure: Measure[] = [
  { name: 'request, 1 caller', unit: 'requests/s', goal, run: (side) => measureRequests(side.request, 1, limits) },
  { name: 'request, 64 callers', unit: 'requests/s', goal, run: (side) => measureRequests(side.request, 64, limits) },
  {
    name: 'request, 64 callers, with trace headers',
    unit: 'requests/s',
    run: (side, name) => measureRequests(name === 'parley' ? inContext(side) : side.request, 64, limits),
  },
  { name: 'stream of 1,000 chunks, window 32', unit: 'chunks/s', goal, run: (side) => measureStream(side, limits) },
  { name: `bytes, ${frameBytes} B`, unit: 'messages/s', goal, run: (side) => measureBytes(side, limits) },
]
const measures = everyMeasure.filter(({ name }) => name.includes(values.only ?? ''))

endOnInterrupt()
const facts = readFacts()
await using stack = new AsyncDisposableStack()
const dir = await mkdtemp(join(tmpdir(), 'parley-bench-'))
stack.defer(() => rm(dir, { recursive: true, force: true }))
const nats = stack.use(await startNats({ dir }))
stack.adopt(await startServer(nats.url), stopServer)
const sides = { bare: stack.use(await connectBare(nats.url)), parley: stack.use(await connectParley(nats.url)) }

const results = []
for (const measure of measures) {
  say(`${measure.name}: ${rounds} rounds`)
  results.push(await compare(measure))
}
say(`\n${table([['', 'bare', 'parley', 'ratio', ''], ...results.map(toRow)])}\n`)
await writeResult('bus', { facts, rounds, roundMs: limits.durationMs, results })

async function compare({ name, unit, goal, run }: Measure) {
  const samples: Record<SideName, Sampled[]> = { bare: [], parley: [] }
  for (let index = -1; index < rounds; index++) {
    // Who goes first changes from round to round; the round before the first warms up.
    const order: SideName[] = index % 2 === 0 ? ['bare', 'parley'] : ['parley', 'bare']
    for (const side of order) {
      const sample = await run(sides[side], side)
      if (index >= 0) samples[side].push(sample)
    }
  }
  const ratios = samples.bare.map(
    ({ perSecond }, index) => perSecond / (samples.parley[index]?.perSecond ?? Number.NaN),
  )
  const ratio = round(median(ratios))
  const verdict = goal === undefined ? {} : { goal, met: ratio <= goal }
  return {
    name,
    unit,
    bare: summarise(samples.bare),
    parley: summarise(samples.parley),
    ratio,
    ratios: ratios.map(round),
    ...verdict,
  }
}

function summarise(samples: Sampled[]) {
  const perSecond = round(median(samples.map((sample) => sample.perSecond)))
  const latenciesMs = samples.flatMap((sample) => sample.latenciesMs ?? [])
  return { perSecond, ...(latenciesMs.length > 0 && { latencyMs: spread(latenciesMs) }) }
}

function toRow({ name, unit, bare, parley, ratio, ...verdict }: Awaited<ReturnType<typeof compare>>): string[] {
  const cell = ({ perSecond, latencyMs }: ReturnType<typeof summarise>) =>
    `${Math.round(perSecond).toLocaleString('en')}${latencyMs ? ` (p50 ${latencyMs.p50} p95 ${latencyMs.p95} p99 ${latencyMs.p99} ms)` : ''}`
  const outcome = 'met' in verdict ? (verdict.met ? 'ok' : `above ${verdict.goal}`) : ''
  return [`${name}, ${unit}`, cell(bare), cell(parley), ratio.toFixed(2), outcome]
}

async function startServer(url: string): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, 'bus', 'server.ts'), [url])
  const ended = once(child, 'exit').then(() => {
    throw new Error('The serving process ended as it started')
  })
  await Promise.race([once(child, 'message'), ended])
  ended.catch(() => undefined)
  return child
}

async function stopServer(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit')
  child.disconnect()
  await exited
}
