import { table } from '../measure/results.ts'
import type { StepResult } from './step.ts'

export type Verdict = { devices: number; goal: string; value: number; limit: number; met: boolean }

/** What a voice turn may take beyond the providers' own delays, on two shared cores. */
const goals = [
  { upTo: 25, quantile: 'p50', beyondFloorMs: 15 },
  { upTo: 100, quantile: 'p50', beyondFloorMs: 35 },
  { upTo: 100, quantile: 'p95', beyondFloorMs: 120 },
] as const

/** Each goal that is about so many devices; none may fail a turn. */
export function judge({ devices, firstAudioMs, failed }: StepResult, floorMs: number): Verdict[] {
  const latency = goals
    .filter(({ upTo, quantile }) => devices <= upTo && !(quantile === 'p50' && upTo === 100 && devices <= 25))
    .map(({ quantile, beyondFloorMs }) => {
      const [value, limit] = [firstAudioMs[quantile], floorMs + beyondFloorMs]
      return { devices, goal: `${quantile} ≤ floor + ${beyondFloorMs} ms`, value, limit, met: value <= limit }
    })
  return [...latency, { devices, goal: 'no failed turn', value: failed, limit: 0, met: failed === 0 }]
}

export function describeLatency(steps: readonly StepResult[]): string {
  const head = [
    'devices',
    'turns',
    'failed',
    'first audio p50',
    'p95',
    'p99',
    'max ms',
    'stt p50',
    'tts start p50',
    'gap p50',
    'p95',
    'p99',
    'max ms',
    'late %',
    'underruns',
  ]
  const rows = steps.map(
    ({ devices, turns, failed, firstAudioMs: first, sttMs, ttsStartMs, frameGapsMs: gaps, lateFrames, underruns }) =>
      [
        devices,
        turns,
        failed,
        first.p50,
        first.p95,
        first.p99,
        first.max,
        sttMs.p50,
        ttsStartMs.p50,
        gaps.p50,
        gaps.p95,
        gaps.p99,
        gaps.max,
        lateFrames,
        underruns,
      ].map(String),
  )
  return table([head, ...rows])
}

export function describeProcesses(steps: readonly StepResult[]): string {
  const names = Object.keys(steps[0]?.processes ?? {})
  const rows = steps.map(({ devices, processes, machine, generatorLagMs }) => [
    String(devices),
    ...names.map((name) => `${processes[name]?.cpuPercent} % ${processes[name]?.rssMb} MB`),
    `${machine.ours} %`,
    `${machine.others} %`,
    `${generatorLagMs.p50}/${generatorLagMs.p99}`,
  ])
  return table([['devices', ...names, 'all', 'others', 'generator lag p50/p99 ms'], ...rows])
}

export function describeVerdicts(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(({ devices, goal, value, limit, met }) => [
    `${devices} devices: ${goal}`,
    `${value} of ${limit}`,
    met ? 'ok' : 'MISSED',
  ])
  return table(rows)
}
