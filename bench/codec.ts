import { availableParallelism } from 'node:os'
import { openEncoderPool } from '@parley/audio/codecs'
import { encoderSettings, timeBareCalls } from './codec/bare-calls.ts'
import { endOnInterrupt } from './measure/interrupt.ts'
import { readFacts } from './measure/facts.ts'
import { say, table, writeResult } from './measure/results.ts'
import { median, round } from './measure/statistics.ts'
import { frameMs } from './voice-turn/speech.ts'

/** What the codecs cost by themselves, and what the encoder pool's way through worker threads adds. Usage: `codec.ts` */
endOnInterrupt()
const facts = readFacts()
const bare = await timeBareCalls()
const pool = await timePool()
const devicesPerCore = Math.floor((frameMs * 1_000) / bare.sumUs)
say(
  `\n${table([
    ['60 ms', 'µs'],
    ['decode, 16 kHz', String(bare.decodeUs)],
    ['conceal a lost one', String(bare.concealUs)],
    ['voice activity', String(bare.vadUs)],
    ['encode, 24 kHz', String(bare.encodeUs)],
    ['a talking device', String(bare.sumUs)],
    [`encode by the pool, ${pool.threads} threads`, String(pool.encodeUs)],
  ])}\n\nThe calls alone: ${devicesPerCore} talking devices a core\n`,
)
await writeResult('codec', { facts, encoderSettings, bare, pool, devicesPerCore })

async function timePool() {
  const threads = availableParallelism()
  const { sampleRate: sampleRateHz, bitrate, complexity } = encoderSettings
  await using encoders = openEncoderPool({ threads, bitrate, complexity, onDeath: () => undefined })
  const [streams, jobs, framesPerJob] = [threads * 4, 50, 4]
  const samples = (sampleRateHz * frameMs * framesPerJob) / 1_000
  const speech = Int16Array.from({ length: samples }, (_, at) => 6_000 * Math.sin(at / 20) * Math.sin(at / 900))
  const run = async () => {
    const startedAt = performance.now()
    await Promise.all(
      Array.from({ length: streams }, async () => {
        using encoder = encoders.open({ sampleRateHz, frameMs })
        for (let job = 0; job < jobs; job++) await encoder.encode(speech.slice())
      }),
    )
    return ((performance.now() - startedAt) * 1_000) / (streams * jobs * framesPerJob)
  }
  await run()
  const times = []
  for (let index = 0; index < 5; index++) times.push(await run())
  return { threads, encodeUs: round(median(times)) }
}
