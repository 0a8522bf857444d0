/** How PocketSphinx hears best: the silence around the speech short, and never digital silence. */
const frame = 160
/** Frames this far below the loudest one are silence: 35 dB of power. */
const silenceRatio = 10 ** -3.5
const leadSamples = 1_600
const tailSamples = 3_200
/** Root mean square of the noise that is laid under it. */
const noiseLevel = 25

/**
 * Prepares an utterance at 16 kHz: cuts the silence around the speech to 100 and 200 ms, and lays a faint noise under
 * it. PocketSphinx normalises by the mean of the whole utterance; digital silence pulls that mean so far that one phrase
 * in six was misheard (measured on synthesised speech; one in twenty with the noise).
 */
export function prepareUtterance(samples: Int16Array): Int16Array {
  const power: number[] = []
  for (let at = 0; at + frame <= samples.length; at += frame) power.push(meanSquare(samples.subarray(at, at + frame)))
  const threshold = power.reduce((most, value) => Math.max(most, value), 0) * silenceRatio
  const first = power.findIndex((value) => value > threshold) * frame
  const last = (power.findLastIndex((value) => value > threshold) + 1) * frame
  if (first < 0) return new Int16Array(0)
  const speech = samples.subarray(Math.max(0, first - leadSamples), last + tailSamples)
  const lead = Math.max(0, leadSamples - first)
  const tail = Math.max(0, last + tailSamples - samples.length)
  const prepared = new Int16Array(lead + speech.length + tail)
  prepared.set(speech, lead)
  layNoise(prepared)
  return prepared
}

function meanSquare(samples: Int16Array): number {
  return samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length
}

/** The same noise every time, so that the same utterance gives the same words. */
function layNoise(samples: Int16Array): void {
  const span = noiseLevel * Math.sqrt(12)
  let seed = 1
  for (let index = 0; index < samples.length; index++) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    const noisy = Math.round(samples[index]! + (seed / 2 ** 32 - 0.5) * span)
    samples[index] = Math.max(-32_768, Math.min(32_767, noisy))
  }
}
