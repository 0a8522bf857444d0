import type { TalkOptions } from './options.ts'
import type { TurnResult } from './turn.ts'

const ms = (value: number | undefined) => (value === undefined ? 'none' : `${Math.round(value)} ms`)

/** Prints one turn: what was said, heard and answered, and when. */
export function showTurn(result: TurnResult, { say, wav, text }: TalkOptions) {
  const said = say ?? text ?? wav
  console.log(`\n  ${text === undefined ? 'you said ' : 'you typed'}  ${said}`)
  console.log(`  heard      ${result.heard}`)
  if (result.emotion) console.log(`  face       ${result.emotion}`)
  for (const sentence of result.said) console.log(`  parley     ${sentence}`)
  if (result.alert) console.log(`  alert      ${result.alert}`)
  const since = text === undefined ? 'end of speech' : 'text'
  console.log(
    `  timings    ${since} → transcript ${ms(result.transcriptMs)}, → first audio ${ms(result.firstAudioMs)}, → done ${ms(result.totalMs)}`,
  )
}

/** Prints the middle and the slowest of many turns. */
export function showSummary(results: TurnResult[]) {
  const times = results
    .flatMap(({ firstAudioMs }) => (firstAudioMs === undefined ? [] : [firstAudioMs]))
    .toSorted((a, b) => a - b)
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))]
  console.log(
    `\n  ${results.length} turns   first audio: p50 ${ms(at(0.5))}, p95 ${ms(at(0.95))}, slowest ${ms(times.at(-1))}`,
  )
}
