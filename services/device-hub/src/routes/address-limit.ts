import { Problem } from '@parley/contracts'
import { createBucket, type Bucket } from '../domain/bucket.ts'

export type AddressLimit = {
  /** Counts one request. @throws Problem `rate-limited` */
  take: (address: string) => void
}

/** Addresses that are remembered; the one that came first is forgotten first. */
const mostAddresses = 20_000

/** So many requests a minute from one address: for what needs no account, and tells something of a device to whoever knows its name. */
export function createAddressLimit(perMinute: number, now: () => number): AddressLimit {
  const buckets = new Map<string, Bucket>()

  return {
    take: (address) => {
      const bucket = buckets.get(address) ?? createBucket(perMinute / 60, perMinute, now)
      const oldest = buckets.keys().next()
      if (buckets.size >= mostAddresses && !oldest.done) buckets.delete(oldest.value)
      buckets.set(address, bucket)
      if (!bucket.take())
        throw new Problem('rate-limited', 'Too many requests come from your address', { retryAfterS: 60 })
    },
  }
}
