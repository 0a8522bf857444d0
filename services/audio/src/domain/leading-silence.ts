/** −50 dBFS: below it nobody hears a start. */
const loudestSilence = 104
const keptMs = 20
/** A silence that is longer was meant. */
const mostTrimmedMs = 1_000

/** Takes the pieces of one sentence and gives them without the silence before the first sound, but for 20 ms. */
export function createLeadingSilenceTrim(sampleRateHz: number): (samples: Int16Array) => Int16Array {
  const kept = Math.round((sampleRateHz * keptMs) / 1_000)
  let budget = Math.round((sampleRateHz * mostTrimmedMs) / 1_000)
  let held: Int16Array = new Int16Array(0)
  let started = false

  return (samples) => {
    if (started) return samples
    const all = new Int16Array(held.length + samples.length)
    all.set(held)
    all.set(samples, held.length)
    const sound = all.findIndex((sample) => Math.abs(sample) > loudestSilence)
    const silence = sound === -1 ? all.length : sound
    const cut = Math.min(Math.max(0, silence - kept), budget)
    budget -= cut
    started = sound !== -1 || budget === 0
    if (started) return all.subarray(cut)
    held = all.slice(cut)
    return new Int16Array(0)
  }
}
