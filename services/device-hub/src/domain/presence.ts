/** Who holds a device's connection, across all instances. */
export type LeaseStore = {
  /** Takes the device for this instance, from whoever has it; gives the new epoch. */
  claim: (deviceId: string) => Promise<number>
  /** Gives the lease back unless someone newer has it; whether it was ours. */
  release: (deviceId: string, epoch: number) => Promise<boolean>
  /** Keeps leases alive; gives the devices that someone else holds by now. */
  refresh: (leases: { deviceId: string; epoch: number }[]) => Promise<string[]>
}

/** Which of these devices are connected, to whichever instance. */
export type WhoIsOnline = (deviceIds: string[]) => Promise<Set<string>>

/** What one connection knows of its own place among the connections of its device. */
export type Tenure = {
  /** A newer connection announced itself. Whether this one has to go. */
  hearOf: (epoch: number | undefined) => boolean
  /** This connection got its own epoch. Whether a newer one has been heard of meanwhile. */
  begin: (epoch: number) => boolean
  readonly epoch: number | undefined
}

/**
 * Decides which of two connections of one device goes: the older epoch. News may come before this connection knows its
 * own epoch; it is kept until then.
 */
export function createTenure(): Tenure {
  let own: number | undefined
  let newest = 0
  return {
    hearOf: (epoch) => {
      if (epoch === undefined) return true
      newest = Math.max(newest, epoch)
      return own !== undefined && newest > own
    },
    begin: (epoch) => {
      own = epoch
      return newest > epoch
    },
    get epoch() {
      return own
    },
  }
}
