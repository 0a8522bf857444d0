import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import {
  decodeSpeech,
  decodeWav,
  encodeSpeech,
  encodeWav,
  resample,
  speak,
  type Pcm,
  type VirtualDevice,
} from '@parley/testkit/device'
import { join, TalkFailure } from './join.ts'
import { readOptions, usage, UsageError, type TalkOptions } from './options.ts'
import { virtualTools } from './tools.ts'
import { showSummary, showTurn } from './show.ts'
import { takeTurn, type TurnResult, type Utterance } from './turn.ts'

/** Where the speech in a recording ends, in milliseconds: what follows is below a tenth of its loudest sample. */
function endOfSpeechMs({ samples, sampleRateHz }: Pcm): number {
  const loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
  const last = samples.findLastIndex((sample) => Math.abs(sample) > loudest / 10)
  return ((last + 1) / sampleRateHz) * 1_000
}

async function toUtterance({ say, wav, text, voice }: TalkOptions): Promise<Utterance> {
  if (text !== undefined) return { kind: 'text', text }
  const pcm = say === undefined ? resample(decodeWav(await readFile(wav ?? '')), 16_000) : await speak(say, { voice })
  return { kind: 'speech', packets: await encodeSpeech(pcm), speechMs: endOfSpeechMs(pcm) }
}

async function talk(options: TalkOptions) {
  const utterance = await toUtterance(options).catch((cause: unknown) => {
    throw new TalkFailure(cause instanceof Error ? cause.message : String(cause), { cause })
  })
  await using device: VirtualDevice = await join(options.url, options.device, virtualTools())
  const results: TurnResult[] = []
  for (let count = 0; count < options.loop; count++) {
    const result = await takeTurn(device, utterance, options.mode)
    results.push(result)
    showTurn(result, options)
    if (result.alert) process.exitCode = 1
  }
  if (results.length > 1) showSummary(results)
  const packets = results.flatMap((result) => result.packets)
  if (packets.length === 0) throw new TalkFailure('The answer has no sound')
  const out = resolve(process.env['INIT_CWD'] ?? '.', options.out)
  const pcm = await decodeSpeech(packets)
  await writeFile(out, encodeWav(pcm))
  console.log(`  written    ${out} (${(pcm.samples.length / pcm.sampleRateHz).toFixed(1)} s)`)
}

try {
  const options = readOptions(process.argv.slice(2))
  if (options === 'help') console.log(usage)
  else await talk(options)
} catch (error) {
  process.exitCode = error instanceof UsageError ? 2 : 1
  if (error instanceof UsageError) console.error(`${error.message}\n\n${usage}`)
  else if (error instanceof Error) console.error(error.message)
  else console.error(error)
}
