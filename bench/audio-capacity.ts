import { parseArgs } from 'node:util'
import { connectBus } from '@parley/bus'
import { createIdentities, Secret } from '@parley/service-kit'
import { runDevices } from './audio-capacity/devices.ts'
import { internalTokenSecret, startAudioStack } from './audio-capacity/stack.ts'
import { timeBareCalls } from './codec/bare-calls.ts'
import { endOnInterrupt } from './measure/interrupt.ts'
import { readFacts } from './measure/facts.ts'
import { watchLoopLag } from './measure/loop-lag.ts'
import { readUsages } from './measure/process-usage.ts'
import { say, table, writeResult } from './measure/results.ts'
import { round } from './measure/statistics.ts'
import { frameMs, makeUtterance } from './voice-turn/speech.ts'

/**
 * How many talking devices (each speaks and is spoken to, all the time) one audio service carries on one core, its encoder thread
 * included, beside what the bare codec calls would allow. Usage: `audio-capacity.ts [--shares 0.5,0.7] [--seconds 15] [--profile DIR]`
 */
const { values } = parseArgs({
  options: {
    shares: { type: 'string', default: '0.5,0.7,0.8' },
    seconds: { type: 'string', default: '15' },
    profile: { type: 'string' },
  },
})
const goals = { share: 0.7, loopP99Ms: 20 }
const seconds = Number(values.seconds)

endOnInterrupt()
const facts = readFacts()
const bare = await timeBareCalls()
const ceiling = (frameMs * 1_000) / bare.sumUs
say(`The calls alone: ${bare.sumUs} µs a frame, ${Math.floor(ceiling)} talking devices a core`)
const utterance = await makeUtterance(3_000)
await using stack = await startAudioStack(values.profile)
const bus = await connectBus({
  servers: stack.natsUrl,
  name: 'device-hub',
  drainMs: 1_000,
  identities: createIdentities('device-hub', {
    internalTokenSecret: new Secret(internalTokenSecret),
    internalTokenSecretPrevious: undefined,
  }),
  onError: () => undefined,
})
say('Warming up')
await runDevices(bus, { devices: 20, seconds: 4, rampSeconds: 1, utterance, onSteady: () => undefined })

const steps = []
for (const share of values.shares.split(',').map(Number)) {
  const devices = Math.max(1, Math.round(ceiling * share))
  say(`${devices} devices (${share * 100} %) for ${seconds} s`)
  steps.push(await runStep(devices, share))
}
say(
  `\n${table([
    ['devices', 'of the ceiling', 'core busy', 'late packets', 'words p95', 'loop p99', 'failed', 'generator late p99'],
    ...steps.map((step) => [
      String(step.devices),
      `${Math.round(step.share * 100)} %`,
      `${Math.round(step.coreShare * 100)} %`,
      `${step.latePercent} %`,
      `${step.wordsMs.p95} ms`,
      `${step.loopP99Ms} ms`,
      String(step.failed),
      `${step.generatorLagMs.p99} ms`,
    ]),
  ])}\n`,
)
await bus[Symbol.asyncDispose]()
await writeResult('audio-capacity', { facts, bare, ceiling: Math.floor(ceiling), goals, steps })

async function runStep(devices: number, share: number) {
  let before = readUsages({ audio: stack.audioPid })['audio']!
  let startedAt = performance.now()
  using lag = watchLoopLag()
  const onSteady = async () => {
    // The histogram of the process counts from one reading to the next.
    await stack.metrics()
    lag.take()
    before = readUsages({ audio: stack.audioPid })['audio']!
    startedAt = performance.now()
  }
  const load = await runDevices(bus, { devices, seconds, rampSeconds: 6, utterance, onSteady })
  const elapsedS = (performance.now() - startedAt) / 1_000
  const loopP99Ms = round(readGauge(await stack.metrics(), 'nodejs_eventloop_lag_p99_seconds') * 1_000)
  const coreShare = round((readUsages({ audio: stack.audioPid })['audio']!.cpuSeconds - before.cpuSeconds) / elapsedS)
  const { packets, latePackets } = load
  const latePercent = round((latePackets / Math.max(1, packets)) * 100)
  const met = share >= goals.share && loopP99Ms < goals.loopP99Ms && latePercent < 1 && load.failed === 0
  return { devices, share, coreShare, loopP99Ms, latePercent, met, generatorLagMs: lag.take(), ...load }
}

function readGauge(metrics: string, name: string): number {
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(metrics)?.[1] ?? Number.NaN)
}
