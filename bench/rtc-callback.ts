import { parseArgs } from 'node:util'
import { connectBus, type Bus } from '@parley/bus'
import { createIdentities, Secret } from '@parley/service-kit'
import { endOnInterrupt } from './measure/interrupt.ts'
import { readFacts } from './measure/facts.ts'
import { say, table, writeResult } from './measure/results.ts'
import { round, spread } from './measure/statistics.ts'
import { openCallback, openDirect, type Ask, type SideName } from './rtc-callback/sides.ts'
import { startStack } from './rtc-callback/stack.ts'
import { delays } from './voice-turn/delays.ts'

/**
 * What the way of the RTC cloud's questions through rtc-proxy adds to the first text of an answer, beside chat-llm asked over
 * the bus, in the same run: rounds take turns. Usage: `rtc-callback.ts [--rounds 7] [--questions 20] [--callers 1,10]`
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    questions: { type: 'string', default: '20' },
    callers: { type: 'string', default: '1,10' },
  },
})
const [rounds, questions] = [Number(values.rounds), Number(values.questions)]
/** What may be added to the median, in milliseconds. */
const goalMs = 5

endOnInterrupt()
const facts = readFacts()
await using stack = new AsyncDisposableStack()
const services = stack.use(await startStack())
const bus = stack.use(await connect())

const results = []
for (const callers of values.callers.split(',').map(Number)) {
  say(`${callers} at a time: ${rounds} rounds of ${questions} questions each`)
  results.push(await compare(callers))
}
say(`\n${table([['', 'direct', 'callback', 'added to p50', ''], ...results.map(toRow)])}\n`)
await writeResult('rtc-callback', { facts, rounds, questions, modelFirstTokenMs: delays.firstTokenMs, results })

async function compare(callers: number) {
  const samples: Record<SideName, number[]> = { direct: [], callback: [] }
  for (let index = -1; index < rounds; index++) {
    // Who goes first changes from round to round; the round before the first warms up. Each has conversations of its own.
    const order: SideName[] = index % 2 === 0 ? ['direct', 'callback'] : ['callback', 'direct']
    for (const side of order) {
      const asks: Ask[] = []
      for (let caller = 0; caller < callers; caller++) asks.push(await open(side))
      const measured = await Promise.all(asks.map(askRepeatedly))
      if (index >= 0) samples[side].push(...measured.flat())
    }
  }
  const [direct, callback] = [spread(samples.direct), spread(samples.callback)]
  const addedMs = round(callback.p50 - direct.p50)
  return { callers, directMs: direct, callbackMs: callback, addedMs, goalMs, met: addedMs <= goalMs }
}

function open(side: SideName): Ask | Promise<Ask> {
  return side === 'direct' ? openDirect(bus) : openCallback(bus, services)
}

async function askRepeatedly(ask: Ask): Promise<number[]> {
  const taken: number[] = []
  for (let index = 0; index < questions; index++) taken.push(await ask())
  return taken
}

function toRow({ callers, directMs, callbackMs, addedMs, met }: Awaited<ReturnType<typeof compare>>): string[] {
  const cell = ({ p50, p95, p99 }: typeof directMs) => `p50 ${p50} p95 ${p95} p99 ${p99} ms`
  return [`${callers} at a time`, cell(directMs), cell(callbackMs), `${addedMs} ms`, met ? 'ok' : `above ${goalMs}`]
}

function connect(): Promise<Bus> {
  const config = { internalTokenSecret: new Secret(services.secret), internalTokenSecretPrevious: undefined }
  return connectBus({
    servers: services.natsUrl,
    name: 'bench',
    drainMs: 1_000,
    identities: createIdentities('bench', config),
    onError: () => undefined,
  })
}
