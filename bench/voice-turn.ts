import { availableParallelism } from 'node:os'
import { readFacts } from './measure/facts.ts'
import { endOnInterrupt } from './measure/interrupt.ts'
import { say, writeResult } from './measure/results.ts'
import { runCrowd } from './voice-turn/crowd.ts'
import { delays, floorMs as toFloor, replyText, silenceMs } from './voice-turn/delays.ts'
import { readOptions, usage } from './voice-turn/options.ts'
import { describeLatency, describeProcesses, describeVerdicts, judge } from './voice-turn/report.ts'
import { makeUtterance } from './voice-turn/speech.ts'
import { startStack } from './voice-turn/stack.ts'
import { runStep, type StepResult } from './voice-turn/step.ts'

/** Before anything is measured: services that have just started are slower than they will ever be again. */
const warmUp = { devices: 10, turns: 1, step: 255 }

/** Devices that talk at once, against the services as processes and providers with fixed delays. */
const options = readArguments()
endOnInterrupt()
const facts = readFacts()
const reply = replyText(options.sentences)
const { floorMs: manualFloorMs, tokens } = toFloor(reply)
const floorMs = manualFloorMs + (options.mode === 'auto' ? silenceMs : 0)
const floor = { floorMs, tokensOfFirstSegment: tokens, ...delays, ...(options.mode === 'auto' && { silenceMs }) }
say(
  `Floor: ${floorMs} ms (${JSON.stringify(floor)}). Generator and servers share ${facts.cores} cores; load before: ${facts.loadBefore}.`,
)

await using stack = await startStack({ ...options, silenceMs })
const utterance = await makeUtterance(options.speechMs)
say('Warming up')
await runCrowd({ ...warmUp, url: stack.url, mode: options.mode, utterance, onWarm: () => undefined })

const steps: StepResult[] = []
for (const [step, devices] of options.devices.entries()) {
  say(`${devices} devices, ${options.turns} turns each`)
  steps.push(await runStep(stack, availableParallelism(), { ...options, devices, utterance, step }))
}
const verdicts = steps.flatMap((step) => judge(step, floorMs))
say(`\n${describeLatency(steps)}\n\n${describeProcesses(steps)}\n`)
if (options.mode === 'manual') say(`${describeVerdicts(verdicts)}\n`)
await writeResult('voice-turn', { facts, options, reply, floor, steps, ...(options.mode === 'manual' && { verdicts }) })

function readArguments() {
  try {
    return readOptions(process.argv.slice(2))
  } catch (error) {
    say(`${(error as Error).message}\n${usage}`)
    process.exit(2)
  }
}
