/** The packets of one utterance or sentence, as they came or went. */
export type Tape = {
  take: (packet: Uint8Array) => void
  /** Somebody speaks: from now on all is kept. Before that only the end of what came is. */
  begin: () => void
  readonly packets: readonly Uint8Array[]
}

/** Before the speech begins it is noticed late, and its breath belongs to it. */
const preRollMs = 600
/** Longer than any utterance may be. */
const mostMs = 180_000

export function createTape(frameMs: number): Tape {
  const packets: Uint8Array[] = []
  let most = Math.ceil(preRollMs / frameMs)
  return {
    packets,
    take: (packet) => {
      // The frame's memory is the connection's.
      packets.push(packet.slice())
      if (packets.length > most) packets.shift()
    },
    begin: () => {
      most = mostMs / frameMs
    },
  }
}
