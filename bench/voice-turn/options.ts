import { parseArgs } from 'node:util'

export type Mode = 'manual' | 'auto'

export type Options = {
  /** How many devices talk at once, one step of the run after the other. */
  devices: number[]
  /** Measured turns of each device. */
  turns: number
  speechMs: number
  sentences: number
  /** `manual`: the device says when speech ends; `auto`: silence does. */
  mode: Mode
  /** Where the services write CPU profiles and their logs stay, if they are to. */
  profile: string | undefined
}

export const usage =
  'Usage: bench/voice-turn.ts [--devices 1,10,25,50,100] [--turns 6] [--speech-ms 1500] [--sentences 2] [--mode manual|auto] [--profile FOLDER]'

/** @throws Error that says what is wrong. */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      devices: { type: 'string', default: '1,10,25,50,100' },
      turns: { type: 'string', default: '6' },
      'speech-ms': { type: 'string', default: '1500' },
      sentences: { type: 'string', default: '2' },
      mode: { type: 'string', default: 'manual' },
      profile: { type: 'string' },
    },
  })
  const { mode, profile } = values
  if (mode !== 'manual' && mode !== 'auto') throw new Error(`--mode is ${mode}: manual or auto`)
  return {
    devices: values.devices.split(',').map((text) => readCount('--devices', text, 1_000)),
    turns: readCount('--turns', values.turns, 1_000),
    speechMs: readCount('--speech-ms', values['speech-ms'], 20_000),
    sentences: readCount('--sentences', values.sentences, 10),
    mode,
    profile,
  }
}

function readCount(name: string, text: string, most: number): number {
  const count = Number(text)
  if (Number.isInteger(count) && count >= 1 && count <= most) return count
  throw new Error(`${name} is ${text}: a whole number from 1 to ${most}`)
}
