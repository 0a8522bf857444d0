import { setTimeout as delay } from 'node:timers/promises'
import type { Bus } from '@parley/bus'
import { audio, encodeUplink, type ListenPart } from '@parley/contracts'
import { frameMs, type Utterance } from '../voice-turn/speech.ts'
import { spread, type Spread } from '../measure/statistics.ts'

export type Crowd = {
  devices: number
  seconds: number
  /** Within these, before anything counts, everybody begins. */
  rampSeconds: number
  utterance: Utterance
  /** Everybody talks: from now on it counts. */
  onSteady: () => Promise<void> | void
}

export type Load = { utterances: number; failed: number; packets: number; latePackets: number; wordsMs: Spread }

const speakFormat = { sampleRateHz: 24_000, frameMs: 60 } as const
const listenFormat = { sampleRateHz: 16_000, frameMs: 60 } as const
/** A packet that a device gets later than this after its turn is late. */
const lateMs = 60
/** As much of the sound as a device has in hand before it plays. */
const leadFrames = 5

/**
 * So many devices talk and are talked to, both at once and all the time: their frames go up in real time, and the packets of an
 * endless sentence come down at the pace at which they would be played.
 */
export async function runDevices(
  bus: Bus,
  { devices, seconds, rampSeconds, utterance, onSteady }: Crowd,
): Promise<Load> {
  const load = { utterances: 0, failed: 0, packets: 0, latePackets: 0 }
  const waits: number[] = []
  const beganAt = performance.now()
  const until = beganAt + (rampSeconds + seconds) * 1_000
  let counts = false
  const going = () => performance.now() < until

  async function talk(): Promise<void> {
    while (going()) {
      const listenId = crypto.randomUUID()
      const endpointing = { mode: 'manual', silenceMs: 500, maxSpeechMs: 30_000 } as const
      try {
        const parts = bus.stream(audio.listen, { listenId, format: listenFormat, endpointing })
        await parts.next()
        const send = (data: Uint8Array) => bus.publishBytes(audio.up, data, { tokens: { listenId } })
        const startedAt = performance.now()
        let sequence = 0
        for (const packet of utterance.speech) {
          send(encodeUplink({ kind: 'frame', sequence: sequence++, packet }))
          await untilTime(startedAt + sequence * frameMs)
        }
        const endedAt = performance.now()
        send(encodeUplink({ kind: 'end', sequence }))
        const rest: ListenPart[] = await Array.fromAsync(parts)
        if (counts && rest.at(-1)?.type === 'final') {
          load.utterances++
          waits.push(performance.now() - endedAt)
        }
      } catch {
        load.failed++
      }
    }
  }
  async function hear(): Promise<void> {
    while (going()) {
      try {
        let startedAt: number | undefined
        let index = 0
        for await (const _packet of bus.stream(audio.speak, { text: 'An endless story.', format: speakFormat })) {
          const now = performance.now()
          startedAt ??= now
          if (counts) load.packets++
          if (counts && now - startedAt > (index + leadFrames) * frameMs + lateMs) load.latePackets++
          index++
          if (!going()) break
          await untilTime(startedAt + index * frameMs)
        }
      } catch {
        load.failed++
      }
    }
  }
  const steady = delay(rampSeconds * 1_000)
    .then(onSteady)
    .then(() => (counts = true))
  await Promise.all(
    Array.from({ length: devices }, async (_, index) => {
      // Nobody begins at the same moment.
      await delay((index / devices) * rampSeconds * 900)
      await Promise.all([talk(), hear()])
    }),
  )
  await steady
  return { ...load, wordsMs: spread(waits) }
}

async function untilTime(at: number): Promise<void> {
  const restMs = at - performance.now()
  if (restMs > 0) await delay(restMs)
}
