import type { AlarmStore } from './alarms.ts'

export type AlarmWatchPorts = {
  store: Pick<AlarmStore, 'devicesDue'>
  /** Something is due on this device, which may be connected here. May come again. */
  ring: (deviceId: string) => void
  now: () => Date
  onFailure: (error: unknown) => void
}

/** What is written down only now may have been due a moment ago. */
const overlapMs = 5_000

/** Looks for what became due since it looked last, also when it could not look for a while. Tells of a failure once. */
export function createAlarmWatch({ store, ring, now, onFailure }: AlarmWatchPorts): () => Promise<void> {
  let seen = new Date(now().getTime() - overlapMs)
  let failed = false
  return async () => {
    try {
      const to = now()
      for (const deviceId of await store.devicesDue(seen, to)) ring(deviceId)
      seen = new Date(to.getTime() - overlapMs)
      failed = false
    } catch (error) {
      if (!failed) onFailure(error)
      failed = true
    }
  }
}
