import { encodeSpeech, silencePackets, speak } from '@parley/testkit/device'

export const frameMs = 60

/** What every device says, made once: Opus at 16 kHz in packets of 60 ms. */
export type Utterance = { speech: Uint8Array[]; silence: Uint8Array }

const words = 'what time is it in the mountains this morning and when will the rain stop'

/** Speech from its first sound on, so that it is speech for as long as it lasts; repeated when it is too short. */
export async function makeUtterance(speechMs: number): Promise<Utterance> {
  const { samples, sampleRateHz } = await speak(words)
  const from = samples.findIndex((sample) => Math.abs(sample) > 300)
  const voiced = samples.subarray(
    Math.max(0, from),
    samples.findLastIndex((sample) => Math.abs(sample) > 300),
  )
  const wanted = Int16Array.from(
    { length: (sampleRateHz * speechMs) / 1_000 },
    (_, index) => voiced[index % voiced.length] as number,
  )
  const [silence] = await silencePackets(frameMs)
  return { speech: await encodeSpeech({ samples: wanted, sampleRateHz }, frameMs), silence: silence as Uint8Array }
}
