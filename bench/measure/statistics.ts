/** The value below which `share` (0 to 1) of the values are; NaN for none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN
}

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2
}

export type Spread = { p50: number; p95: number; p99: number; max: number; count: number }

export function spread(values: readonly number[]): Spread {
  const at = (share: number) => round(quantile(values, share))
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1), count: values.length }
}

/** Three decimals below ten, one below a thousand, none above: more is noise. */
export function round(value: number): number {
  const digits = Math.abs(value) < 10 ? 3 : Math.abs(value) < 1_000 ? 1 : 0
  return Number(value.toFixed(digits))
}
