import { readFile } from 'node:fs/promises'
import { watchLoopLag } from '../measure/loop-lag.ts'
import { readMachineBusySeconds, readUsages, type Usage } from '../measure/process-usage.ts'
import { median, round, spread, type Spread } from '../measure/statistics.ts'
import { runCrowd, type CrowdSettings } from './crowd.ts'
import { toPlayback } from './playback.ts'
import type { Stack } from './stack.ts'

/** What one number of devices gives. */
export type StepResult = {
  devices: number
  turns: number
  failed: number
  failures: Record<string, number>
  /** From the end of speech. */
  firstAudioMs: Spread
  sttMs: Spread
  ttsStartMs: Spread
  /** Medians that the hub logged, from the end of speech. */
  hubStagesMs: Record<string, number>
  frameGapsMs: Spread
  /** Percent of frames that came more than 65 ms after their moment of playback. */
  lateFrames: number
  underruns: number
  silenceMs: number
  /** How late the generator's own timers were, and the fake's answers beyond their delays. */
  generatorLagMs: Spread
  providerLatenessMs: Record<string, Spread>
  measuredSeconds: number
  processes: Record<string, { cpuSeconds: number; cpuPercent: number; rssMb: number }>
  /** Percent of all processors that these processes, and that everybody else on the machine, used. */
  machine: { ours: number; others: number }
}

type Reading = { at: number; usages: Record<string, Usage>; busySeconds: number }

export async function runStep(
  stack: Stack,
  cores: number,
  settings: Omit<CrowdSettings, 'url' | 'onWarm'>,
): Promise<StepResult> {
  using lag = watchLoopLag()
  await stack.providerLateness()
  const read = (): Reading => ({
    at: performance.now(),
    usages: readUsages(stack.pids),
    busySeconds: readMachineBusySeconds(),
  })
  const logged = (await readFile(stack.hubLog, 'utf8')).length
  let warm: Reading | undefined
  const { turns, failures } = await runCrowd({
    ...settings,
    url: stack.url,
    onWarm: () => {
      lag.take()
      warm = read()
    },
  })
  const end = read()
  const playbacks = turns.map(({ frames }) => toPlayback(frames))
  const frames = turns.reduce((sum, turn) => sum + turn.frames.length, 0)
  const sum = (key: 'lateFrames' | 'underruns' | 'silenceMs') =>
    playbacks.reduce((total, playback) => total + playback[key], 0)
  return {
    devices: settings.devices,
    turns: turns.length,
    failed: failures.length,
    failures: Object.fromEntries(
      Object.entries(Object.groupBy(failures, (reason) => reason)).map(([reason, some]) => [reason, some?.length ?? 0]),
    ),
    firstAudioMs: spread(turns.map((turn) => turn.firstAudioMs)),
    sttMs: spread(turns.map((turn) => turn.sttMs)),
    ttsStartMs: spread(turns.map((turn) => turn.ttsStartMs)),
    hubStagesMs: readHubStages((await readFile(stack.hubLog, 'utf8')).slice(logged)),
    frameGapsMs: spread(playbacks.flatMap((playback) => playback.gapsMs)),
    lateFrames: round((100 * sum('lateFrames')) / frames),
    underruns: sum('underruns'),
    silenceMs: round(sum('silenceMs')),
    generatorLagMs: lag.take(),
    providerLatenessMs: await stack.providerLateness(),
    ...compare(warm ?? end, end, cores),
  }
}

function compare(
  from: Reading,
  to: Reading,
  cores: number,
): Pick<StepResult, 'measuredSeconds' | 'processes' | 'machine'> {
  const seconds = (to.at - from.at) / 1_000
  const processes = Object.fromEntries(
    Object.entries(to.usages).map(([name, { cpuSeconds, rssMb }]) => {
      const used = cpuSeconds - (from.usages[name]?.cpuSeconds ?? 0)
      return [name, { cpuSeconds: round(used), cpuPercent: round((100 * used) / seconds), rssMb }]
    }),
  )
  const percent = (busySeconds: number) => round((100 * busySeconds) / seconds / cores)
  const ours = Object.values(processes).reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0)
  const others = Math.max(0, to.busySeconds - from.busySeconds - ours)
  return { measuredSeconds: round(seconds), processes, machine: { ours: percent(ours), others: percent(others) } }
}

function readHubStages(log: string): Record<string, number> {
  const lines = log.split('\n').filter((line) => line.includes('"stagesMs"'))
  const stages = lines
    .flatMap((line) => Object.entries((JSON.parse(line) as { stagesMs: Record<string, unknown> }).stagesMs))
    .filter((stage): stage is [string, number] => typeof stage[1] === 'number')
  const byName = Object.groupBy(stages, ([name]) => name)
  const middle = (some: typeof stages = []) => round(median(some.map(([, ms]) => ms)))
  return Object.fromEntries(Object.entries(byName).map(([name, some]) => [name, middle(some)]))
}
