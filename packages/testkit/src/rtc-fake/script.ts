import type { ActionBody, ActionName } from './bodies.ts'
import type { FakeAccount } from './check-signature.ts'

/** A call that was signed well and is well formed. */
export type RtcFakeCall = { action: ActionName; version: string; body: ActionBody }

/** What goes wrong; all goes well when left out. */
export type RtcFakeScript = {
  /** Refuses in the vendor's way, without doing anything. */
  error?: { code: string; message?: string }
  /** Answers this, as proxies do on the way, without doing anything. */
  answer?: { status: number; body: string; contentType?: string }
  /** The call is carried out, and its answer never comes: nothing is said, or the connection is cut. */
  lost?: 'silence' | 'cut'
}

export type RtcFakeSettings = {
  accounts: FakeAccount[]
  /** What time it is at the vendor's; the real time when left out. */
  now?: () => Date
  /** Refusals come with HTTP 200, as the vendor's older versions send them. */
  refusalsAs200?: boolean
  /** Asked for every good call, as it arrives; `index` counts them from 0. A promise keeps the call waiting. */
  script?: (call: RtcFakeCall, index: number) => RtcFakeScript | undefined | Promise<RtcFakeScript | undefined>
}
