import { setTimeout as delay } from 'node:timers/promises'
import { connectBenchDevice, FailedTurn, type BenchDevice, type Turn } from './device.ts'
import type { Options } from './options.ts'
import type { Utterance } from './speech.ts'

/** What came of the measured turns of all devices. */
export type CrowdResult = { turns: Turn[]; failures: string[] }

export type CrowdSettings = Pick<Options, 'turns' | 'mode'> & {
  url: string
  devices: number
  utterance: Utterance
  /** Tells the devices of one step from those of another. */
  step: number
  /** Called when every device has had its first turn, which is not measured. */
  onWarm: () => void
}

const connectAtOnce = 10
const longestPauseMs = 1_000
/** How long a device talks, hears and pauses, about: phases are spread over it. */
const cycleMs = 5_000

/**
 * Lets so many devices talk, each in a phase of its own: speak, hear the reply to its end, pause. Devices that are done
 * talk on, unmeasured, until the last one is, so that the load stays the same to the end.
 */
export async function runCrowd(settings: CrowdSettings): Promise<CrowdResult> {
  const { url, devices, utterance, step, mode, turns, onWarm } = settings
  await using stack = new AsyncDisposableStack()
  const crowd: BenchDevice[] = []
  while (crowd.length < devices) {
    const some = Array.from(
      { length: Math.min(connectAtOnce, devices - crowd.length) },
      (_, index) => crowd.length + index,
    )
    const connected = await Promise.all(
      some.map((index) => connectBenchDevice(url, toMac(step, index), utterance, mode)),
    )
    for (const device of connected) crowd.push(stack.use(device))
  }

  const result: CrowdResult = { turns: [], failures: [] }
  let cold = devices
  let unfinished = devices

  async function live(device: BenchDevice) {
    await delay(Math.random() * cycleMs)
    for (let count = 0; unfinished > 0; count++) {
      const measured = count > 0 && count <= turns
      const outcome = await device.talk().catch((error: unknown) => error as Error)
      if (!(outcome instanceof Error)) {
        if (measured) result.turns.push(outcome)
      } else if (!(outcome instanceof FailedTurn)) throw outcome
      else result.failures.push(outcome.message)
      if (count === 0 && --cold === 0) onWarm()
      if (count === turns) unfinished--
      if (unfinished > 0) await delay(Math.random() * longestPauseMs)
    }
  }

  await Promise.all(crowd.map(live))
  return result
}

function toMac(step: number, index: number): string {
  const bytes = [0x02, 0x00, 0x00, step, index >> 8, index & 0xff]
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(':')
}
