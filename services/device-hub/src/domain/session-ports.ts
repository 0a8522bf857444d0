import type { DeviceSettings, DeviceStatus, OfferedTool, ToolCall, ToolResult } from '@parley/contracts'
import type { ClientMessage, ServerMessage } from '@parley/device-protocol'
import type { Vision } from './device-tools.ts'
import type { Heard } from './listening.ts'
import type { Manners } from './manner.ts'
import type { PairingCode } from './pairing.ts'
import type { Clock, Ears, Eyes, Link, Mind, NewId, Voice } from './ports.ts'
import type { CloseReason } from './session-state.ts'
import type { TurnReport } from './turn-report.ts'
import type { TurnSettings } from './turn-state.ts'

export type SessionSettings = TurnSettings & {
  maxSpeechMs: number
  wakeWords: string[]
}

/** Who is connected: the device, whose it is and who answers on it. */
export type ConnectedDevice = {
  deviceId: string
  ownerId: string | undefined
  agentId: string | undefined
  /** Of the credential that it came with; undefined for one that has none. */
  credentialEpoch: number | undefined
  chipModel?: string | undefined
  settings?: DeviceSettings | undefined
  /** Where its camera sends what it sees, with a token for this session; undefined where that is not known. */
  vision?: ((sessionId: string) => Vision) | undefined
}

/** What may change while a device is connected. */
export type DeviceChange = Pick<ConnectedDevice, 'ownerId' | 'agentId' | 'settings'>

/** What all sessions of an instance share. */
export type SessionPorts = {
  ears: Ears
  mind: Mind
  voice: Voice
  eyes: Eyes
  clock: Clock
  newId: NewId
  manners: Manners
  /** The code with which a person makes the device theirs. */
  pairingCode: (deviceId: string) => Promise<PairingCode>
  settings: SessionSettings
  /** One turn is over: for the log and the histograms. `heard` is absent when the words were typed. */
  onTurn: (report: TurnReport, heard: Heard | undefined) => void
  onFailure: (error: unknown, what: string) => void
  /** Runs work so that its log lines, and those of the services it asks, carry the turn's id. */
  inTurn: <T>(turnId: string, work: () => T) => T
}

/** What one session has of its own. */
export type SessionEnds = {
  link: Link
  /** It said hello, and what it can do is known. */
  onReady: () => void
  /** It said how it is. */
  onStatus: (status: DeviceStatus) => void
}

export type Session = {
  receive: (message: ClientMessage) => void
  receiveAudio: (packet: Uint8Array) => void
  /** Says something unasked; false when the device is busy. */
  say: (text: string) => boolean
  /** Resolves when nothing is being said, or the session is over. */
  whenFree: () => Promise<void>
  /** Resolves when nobody is saying anything, nor about to be answered, or the session is over. */
  whenQuiet: () => Promise<void>
  /** Does not leave for so long though nobody talks; longer than a quarter of an hour is not meant. */
  stayFor: (ms: number) => void
  /** Something that a device only has to be told. */
  tell: (message: ServerMessage & { type: 'alert' | 'system' }) => void
  tools: () => OfferedTool[]
  callTool: (call: ToolCall, options: { signal?: AbortSignal }) => Promise<ToolResult>
  /** What is to be seen in a picture that the device took in this session. @throws Problem `unauthorized` in another one */
  look: (picture: { sessionId: string; imageKey: string; question: string }) => Promise<string>
  /** The device has another owner, agent or settings now: in force from the next turn on. */
  change: (changed: DeviceChange) => void
  readonly ownerId: string | undefined
  /** Lets the device know that the connection lives. */
  keepWarm: () => void
  /** Ends what is being said with its sentence. */
  windDown: () => void
  /** Ends the session; `device` when the connection is gone already. Idempotent. */
  close: (reason: CloseReason) => void
  /** Whether nobody would notice if it closed now. */
  readonly quiet: boolean
  readonly open: boolean
  /** Resolves when the last turn has been recorded. */
  settled: () => Promise<void>
}
