import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { ask, textOf } from './llm-gateway/ask.ts'
import { startStack } from './llm-gateway/stack.ts'
import { readFacts } from './measure/facts.ts'
import { endOnInterrupt } from './measure/interrupt.ts'
import { readUsages } from './measure/process-usage.ts'
import { say, writeResult } from './measure/results.ts'
import { median, round, spread } from './measure/statistics.ts'

/**
 * `/v1/chat/completions` beside the model that it leads to, in the same run: what it adds to the first token, how many whole answers
 * a second of processor time is good for, and whether many streams at a time lose or repeat anything.
 * Usage: `llm-gateway.ts [--credits on] [--first 300] [--ms 8000] [--callers 16] [--streams 1000] [--profile FOLDER]`
 */
const { values } = parseArgs({
  options: {
    credits: { type: 'string', default: 'on' },
    first: { type: 'string', default: '300' },
    ms: { type: 'string', default: '8000' },
    callers: { type: 'string', default: '16' },
    streams: { type: 'string', default: '1000' },
    profile: { type: 'string' },
  },
})
const goals = { addedFirstTokenMs: 5, perCpuSecond: 350 }

endOnInterrupt()
const facts = readFacts()
await using stack = await startStack({ credits: values.credits === 'off' ? 'off' : 'on', profile: values.profile })
const { direct, parley, token, pids } = stack
const sides = { direct, parley }
let ids = 0
const question = (stream: boolean, tokens = 10, tokenMs = 0) => ({ id: `q${++ids}`, tokens, tokenMs, stream })

say('warming up')
await load(2_000)
const first = await measureFirstToken(Number(values.first))
const whole = await measureWhole(Number(values.ms))
const streams = await measureStreams(Number(values.streams))
const commitMs = spread(await stack.commitMs())
say(`a commit takes p50 ${commitMs.p50} ms on this disk`)
const { posted, held } = await stack.balance()
await writeResult('llm-gateway', {
  facts,
  credits: values.credits,
  goals,
  first,
  whole,
  streams,
  commitMs,
  posted,
  held,
})

/** One question after the other, each to both sides in turn. */
async function measureFirstToken(count: number) {
  say(`first token: ${count} questions to each side`)
  const times: Record<keyof typeof sides, number[]> = { direct: [], parley: [] }
  for (let index = 0; index < count; index++) {
    for (const side of ['direct', 'parley'] as const)
      times[side].push((await ask(sides[side], token, question(true))).firstTextMs)
  }
  const addedP50Ms = round(median(times.parley) - median(times.direct))
  say(`added to the first token: p50 ${addedP50Ms} ms`)
  return {
    direct: spread(times.direct),
    parley: spread(times.parley),
    addedP50Ms,
    met: addedP50Ms <= goals.addedFirstTokenMs,
  }
}

/** So many callers, each asking again as soon as it has its answer; gives how many had one. */
async function load(durationMs: number, baseUrl = parley): Promise<number> {
  const endsAt = performance.now() + durationMs
  let count = 0
  await Promise.all(
    Array.from({ length: Number(values.callers) }, async () => {
      while (performance.now() < endsAt) {
        const asked = question(false)
        const { text } = await ask(baseUrl, token, asked)
        if (text !== textOf(asked)) throw new Error(`${asked.id}: "${text}"`)
        count++
      }
    }),
  )
  return count
}

async function measureWhole(durationMs: number) {
  const cpuOf = () =>
    Object.fromEntries(Object.entries(readUsages(pids)).map(([name, { cpuSeconds }]) => [name, cpuSeconds]))
  const before = cpuOf()
  const count = await load(durationMs)
  const after = cpuOf()
  const cpuMs = Object.fromEntries(
    Object.keys(pids).map((name) => [name, round((((after[name] ?? 0) - (before[name] ?? 0)) * 1_000) / count)]),
  )
  const perCpuSecond = round(1_000 / Object.values(cpuMs).reduce((sum, ms) => sum + ms, 0))
  const perSecond = round((count * 1_000) / durationMs)
  const directPerSecond = round(((await load(2_000, direct)) * 1_000) / 2_000)
  say(`whole answers: ${perSecond} /s (the model itself ${directPerSecond} /s), ${perCpuSecond} per CPU-second`)
  say(`CPU per answer: ${JSON.stringify(cpuMs)} ms`)
  return { perSecond, directPerSecond, cpuMs, perCpuSecond, met: perCpuSecond >= goals.perCpuSecond }
}

/** All at the same time, of a token each 100 ms: what came has to be what was said, piece by piece. */
async function measureStreams(count: number) {
  say(`${count} streams at a time`)
  const tokens = 50
  const outcomes = await Promise.all(
    Array.from({ length: count }, async () => {
      const asked = question(true, tokens, 100)
      try {
        const { text, chunks, firstTextMs } = await ask(parley, token, asked)
        return { right: text === textOf(asked), chunks, firstTextMs, problem: undefined }
      } catch (error) {
        return { right: false, chunks: 0, firstTextMs: Number.NaN, problem: String(error) }
      }
    }),
  )
  const wrong = outcomes.filter(({ right }) => !right)
  const firstTextMs = spread(outcomes.flatMap((outcome) => (outcome.right ? [outcome.firstTextMs] : [])))
  say(`${wrong.length} lost or repeated something; first text p50 ${firstTextMs.p50} ms`)
  // The last settlements.
  await delay(1_000)
  const problems = [...new Set(wrong.map(({ problem }) => problem ?? 'another text'))].slice(0, 5)
  return { count, tokens, wrong: wrong.length, problems, firstTextMs, met: wrong.length === 0 }
}
