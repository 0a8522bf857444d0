/** So many a second, and so many at once: `take` says whether there is one left. */
export type Bucket = { take: () => boolean }

export function createBucket(perSecond: number, most: number, now: () => number): Bucket {
  let left = most
  let lastAt = now()

  return {
    take: () => {
      const at = now()
      left = Math.min(most, left + ((at - lastAt) / 1_000) * perSecond)
      lastAt = at
      if (left < 1) return false
      left -= 1
      return true
    },
  }
}
