/** What one turn was like: moments on the session's clock, for the wide log line and the histograms. */
export type TurnReport = {
  turnId: string
  startedAt: number
  firstTextAt?: number
  firstSegmentAt?: number
  firstPacketAt?: number
  firstFrameAt?: number
  endedAt?: number
  frames: number
  emotion?: string
  mindProvider?: string
  /** The user took leave: the device goes now. */
  endsConversation?: boolean
  /** Why it was cut short, if it was. */
  interrupted?: string | undefined
  /** What failed, if something did. */
  problem?: unknown
}

export function emptyReport(turnId: string, startedAt: number): TurnReport {
  return { turnId, startedAt, frames: 0 }
}
