/** Gaps longer than this are not filled: it would be invented sound. */
const mostConcealed = 8

export type FrameOrder = {
  /**
   * Takes the sequence number of a frame that arrived: how many before it are missing and worth concealing, or `stale`
   * for one that came twice or too late.
   */
  take: (sequence: number) => { missing: number } | 'stale'
}

/** Follows the sequence numbers of one listening, which begin at 0. */
export function createFrameOrder(): FrameOrder {
  let expected = 0
  return {
    take: (sequence) => {
      if (sequence < expected) return 'stale'
      const missing = Math.min(sequence - expected, mostConcealed)
      // What came before the first frame that is heard was never heard: nothing to conceal.
      const first = expected === 0
      expected = sequence + 1
      return { missing: first ? 0 : missing }
    },
  }
}
