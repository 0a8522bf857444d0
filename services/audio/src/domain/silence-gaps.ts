/** What an encoder with DTX sends for silence is at most so long. */
const longestSilencePacket = 3
/** Some lateness is the network's. */
const toleratedFrames = 2
/** Longer silence is cut: nobody needs more to hear a pause in it. */
const mostMs = 960

/** The silence that a sender with DTX did not send: its packets of silence come rarely, or stop. */
export type SilenceGaps = {
  /** How much silence, in milliseconds, belongs before a packet that comes now. */
  before: (nowMs: number) => number
  took: (packet: Uint8Array, nowMs: number) => void
}

export function createSilenceGaps(frameMs: number): SilenceGaps {
  let silentAtMs: number | undefined
  return {
    before: (nowMs) => {
      if (silentAtMs === undefined) return 0
      const missingMs = nowMs - silentAtMs - frameMs * toleratedFrames
      return missingMs <= 0 ? 0 : Math.min(mostMs, Math.floor(missingMs / frameMs) * frameMs)
    },
    took: (packet, nowMs) => {
      silentAtMs = packet.length <= longestSilencePacket ? nowMs : undefined
    },
  }
}
