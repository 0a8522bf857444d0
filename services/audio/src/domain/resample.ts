/** Takes samples of one rate as they come and gives them at another; `flush` gives what the filter still holds. */
export type Resampler = { push: (samples: Int16Array) => Int16Array; flush: () => Int16Array }

/** Zero crossings of the sinc on each side: about 80 dB of stop band with the window below. */
const crossings = 16
const kaiserBeta = 8
/** The pass band ends a little before half of the lower rate, to leave the filter room to fall. */
const passBand = 0.94

const kernels = new Map<string, Kernel>()
type Kernel = { phases: Float32Array[]; taps: number; up: number; down: number }

/**
 * A windowed-sinc polyphase filter with state across pieces, without delay: the first output sample stands where the
 * first input sample stands. The same rate passes through untouched.
 */
export function createResampler(fromHz: number, toHz: number): Resampler {
  if (fromHz === toHz) return { push: (samples) => samples, flush: () => new Int16Array(0) }
  const { phases, taps, up, down } = readKernel(fromHz, toHz)
  const half = taps / 2
  let held = new Float32Array(half - 1)
  let phase = 0

  function run(incoming: ArrayLike<number>): Int16Array {
    const input = new Float32Array(held.length + incoming.length)
    input.set(held)
    input.set(incoming, held.length)
    const output = new Int16Array(Math.max(0, Math.ceil(((input.length - taps + 1) * up - phase) / down)))
    let at = 0
    let count = 0
    while (at + taps <= input.length && count < output.length) {
      const weights = phases[phase]!
      let sum = 0
      for (let tap = 0; tap < taps; tap++) sum += weights[tap]! * input[at + tap]!
      output[count++] = Math.max(-32_768, Math.min(32_767, Math.round(sum)))
      phase += down
      at += Math.floor(phase / up)
      phase %= up
    }
    held = input.slice(at)
    return output.subarray(0, count)
  }

  return { push: run, flush: () => run(new Float32Array(half)) }
}

function readKernel(fromHz: number, toHz: number): Kernel {
  const key = `${fromHz}:${toHz}`
  const kernel = kernels.get(key) ?? makeKernel(fromHz, toHz)
  kernels.set(key, kernel)
  return kernel
}

function makeKernel(fromHz: number, toHz: number): Kernel {
  const divisor = greatestCommonDivisor(fromHz, toHz)
  const up = toHz / divisor
  const cutoff = Math.min(1, toHz / fromHz) * passBand
  const half = Math.ceil(crossings / cutoff)
  const taps = half * 2
  const phases = Array.from({ length: up }, (_, phase) => {
    const weights = Float32Array.from({ length: taps }, (_weight, tap) => {
      const distance = tap - (half - 1) - phase / up
      return cutoff * sinc(cutoff * distance) * kaiser(distance / half)
    })
    const sum = weights.reduce((total, weight) => total + weight, 0)
    return weights.map((weight) => weight / sum)
  })
  return { phases, taps, up, down: fromHz / divisor }
}

const sinc = (x: number) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x))
const kaiser = (x: number) => (Math.abs(x) >= 1 ? 0 : bessel(kaiserBeta * Math.sqrt(1 - x * x)) / bessel(kaiserBeta))

/** The modified Bessel function of order zero, by its series. */
function bessel(x: number): number {
  let term = 1
  let sum = 1
  for (let k = 1; term > sum * 1e-10; k++) {
    term *= (x / (2 * k)) ** 2
    sum += term
  }
  return sum
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}
