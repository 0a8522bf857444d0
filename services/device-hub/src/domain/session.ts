import type { OpusFormat, ToolCall, ToolResult } from '@parley/contracts'
import { helloMessage, type ClientMessage } from '@parley/device-protocol'
import { connectDeviceTools, type DeviceTools } from './device-tools.ts'
import { pairingTool, toPairingResult, type PairingCode } from './pairing.ts'
import { startListening, type Heard, type Listening } from './listening.ts'
import type { Clock, Ears, Link, Mind, NewId, Voice } from './ports.ts'
import {
  frameDestination,
  initialState,
  isQuiet,
  step,
  type CloseReason,
  type ListenMode,
  type SessionEffect,
  type SessionEvent,
  type SessionState,
} from './session-state.ts'
import { startTurn, type Turn, type TurnSettings, type TurnTask } from './turn.ts'
import type { TurnReport } from './turn-report.ts'
import { isWakeWord } from './wake-words.ts'

export type SessionSettings = TurnSettings & {
  silenceMs: number
  maxSpeechMs: number
  /** Without a sign of a person for this long the connection is closed; 0 is never. */
  idleCloseMs: number
  wakeWords: string[]
}

/** Who is connected: the device, whose it is and who answers on it. */
export type ConnectedDevice = {
  deviceId: string
  ownerId: string | undefined
  agentId: string | undefined
  /** Of the credential that it came with; undefined for one that has none. */
  credentialEpoch: number | undefined
}

export type SessionPorts = {
  link: Link
  ears: Ears
  mind: Mind
  voice: Voice
  clock: Clock
  newId: NewId
  /** The code with which a person makes the device theirs. */
  pairingCode: (deviceId: string) => Promise<PairingCode>
  settings: SessionSettings
  /** One turn is over: for the log and the histograms. `heard` is absent when the words were typed. */
  onTurn: (report: TurnReport, heard: Heard | undefined) => void
  onFailure: (error: unknown, what: string) => void
  /** Runs work so that its log lines, and those of the services it asks, carry the turn's id. */
  inTurn: <T>(turnId: string, work: () => T) => T
}

export type Session = {
  receive: (message: ClientMessage) => void
  receiveAudio: (packet: Uint8Array) => void
  /** Says something unasked; false when the device is busy. */
  say: (text: string) => boolean
  callTool: (call: ToolCall, options: { signal?: AbortSignal }) => Promise<ToolResult>
  /** The device has another owner or agent now: in force from the next turn on. */
  change: (changed: Pick<ConnectedDevice, 'ownerId' | 'agentId'>) => void
  readonly ownerId: string | undefined
  /** Ends the session; `device` when the connection is gone already. Idempotent. */
  close: (reason: CloseReason) => void
  /** Whether nobody would notice if it closed now. */
  readonly quiet: boolean
  /** Resolves when the last turn has been recorded. */
  settled: () => Promise<void>
}

/** WebSocket close codes: below 4500 the device may come back at once. */
const closeCodes: Record<CloseReason, number> = {
  idle: 1000,
  device: 1000,
  shutdown: 1012,
  replaced: 4409,
  operator: 4400,
  removed: 4503,
}

const uplinkDefault: OpusFormat = { sampleRateHz: 16_000, frameMs: 60 }
const earlyKeptMs = 2_400
/** What a reply may be told of (`ReplyInput`). */
const mostTools = 128
/** No Opus packet of 120 ms is longer. */
const mostPacketBytes = 8 * 1024

/**
 * One device's session: turns messages into events of the state machine and carries its effects out. It knows no
 * socket: whatever carries messages and packets can hold one.
 */
export function openSession(device: ConnectedDevice, ports: SessionPorts): Session {
  const { deviceId } = device
  const { link, mind, voice, clock, newId, settings } = ports
  let { ownerId, agentId } = device
  let state: SessionState = initialState
  let uplink = uplinkDefault
  let tools: DeviceTools | undefined
  let early: Uint8Array[] = []
  let listening: Listening | undefined
  let turn: Turn | undefined
  let lastHeard: Heard | undefined
  let heardAs: string | undefined
  let language: string | undefined
  let cancelIdle: () => void = () => undefined
  const unsettled = new Set<Promise<unknown>>()

  function dispatch(event: SessionEvent) {
    const { state: next, effects } = step(state, event)
    state = next
    for (const effect of effects) carryOut(effect)
  }

  function carryOut(effect: SessionEffect) {
    switch (effect.type) {
      case 'send':
        return link.send(effect.message)
      case 'send-hello':
        return link.send(helloMessage(settings.format))
      case 'drop-early-frames':
        early = []
        return
      case 'start-listening':
        return listen(effect.number, effect.mode)
      case 'finish-listening':
        return listening?.finish()
      case 'stop-listening':
        return listening?.stop()
      case 'start-reply': {
        const { text } = effect
        const own = ownerId === undefined ? [pairingTool] : []
        const offered = [...own, ...(tools?.list() ?? [])].slice(0, mostTools)
        const turnId = heardAs ?? newId()
        const { speaker } = lastHeard ?? {}
        const about = { turnId, deviceId, ownerId, agentId, text, language, speaker, tools: offered }
        return run(effect.number, { kind: 'reply', ...about })
      }
      case 'start-announcement':
        return run(effect.number, { kind: 'announcement', turnId: newId(), text: effect.text })
      case 'start-apology':
        return run(effect.number, { kind: 'apology', turnId: newId(), language })
      case 'stop-reply':
        return turn?.stop(effect.reason)
      case 'note-activity':
        return armIdle()
      case 'close':
        return closeLink(effect.reason)
    }
  }

  function listen(number: number, mode: ListenMode) {
    const { silenceMs, maxSpeechMs } = settings
    const endpointing = { mode: mode === 'manual' ? ('manual' as const) : ('auto' as const), silenceMs, maxSpeechMs }
    // What is said and what is answered are one turn, also where its sound is kept.
    const turnId = ownerId === undefined ? undefined : newId()
    const about = ownerId !== undefined && turnId ? { ownerId, recording: { turnId, deviceId, ownerId } } : {}
    const input = { format: uplink, endpointing, language, early, about }
    early = []
    listening = startListening(input, ports, {
      onSpeechStart: () => dispatch({ type: 'speech-start', listening: number }),
      onHeard: (heard) => {
        lastHeard = heard
        heardAs = turnId
        language = heard.language ?? language
        dispatch({ type: 'heard', listening: number, text: heard.text })
        lastHeard = undefined
        heardAs = undefined
      },
      onFailed: (error) => {
        ports.onFailure(error, 'listening')
        dispatch({ type: 'ears-failed', listening: number })
      },
    })
  }

  function run(number: number, task: TurnTask) {
    const heard = lastHeard
    const started = ports.inTurn(task.turnId, () => startTurn(task, { link, mind, voice, clock, settings }))
    turn = started
    const ended = started.ended.then((report) => {
      unsettled.delete(ended)
      ports.onTurn(report, heard)
      dispatch({ type: 'reply-ended', reply: number })
    })
    unsettled.add(ended)
  }

  function armIdle() {
    cancelIdle()
    if (settings.idleCloseMs > 0) cancelIdle = clock.after(settings.idleCloseMs, () => dispatch({ type: 'idle' }))
  }

  function closeLink(reason: CloseReason) {
    cancelIdle()
    tools?.close()
    link.close(closeCodes[reason], reason)
  }

  function onHello(message: ClientMessage & { type: 'hello' }) {
    uplink = { sampleRateHz: message.sampleRateHz as OpusFormat['sampleRateHz'], frameMs: message.frameMs }
    dispatch({ type: 'hello' })
    if (message.mcp && !tools && state.phase === 'open') tools = connectDeviceTools({ link, clock })
  }

  function onListen(message: ClientMessage & { type: 'listen' }) {
    if (message.state === 'start') return dispatch({ type: 'listen-start', mode: message.mode })
    if (message.state === 'stop') return dispatch({ type: 'listen-stop' })
    const text = message.text.trim()
    if (text === '' || isWakeWord(text, settings.wakeWords)) return dispatch({ type: 'wake-word' })
    dispatch({ type: 'typed-text', text })
  }

  armIdle()
  return {
    receive: (message) => {
      if (message.type === 'hello') return onHello(message)
      if (message.type === 'listen') return onListen(message)
      if (message.type === 'abort') return dispatch({ type: 'abort' })
      if (message.type === 'mcp') return tools?.receive(message.payload)
      if (message.type === 'ping') return link.send({ type: 'pong' })
      dispatch({ type: 'close', reason: 'device' })
    },
    receiveAudio: (packet) => {
      if (packet.length === 0 || packet.length > mostPacketBytes) return
      const destination = frameDestination(state)
      if (destination === 'listening') listening?.push(packet)
      else if (destination === 'early') {
        early.push(packet)
        if (early.length * uplink.frameMs > earlyKeptMs) early.shift()
      }
    },
    say: (text) => {
      const free = !state.reply && state.phase === 'open'
      dispatch({ type: 'say', text })
      return free
    },
    callTool: async (call, options) => {
      if (call.name === pairingTool.name) return toPairingResult(await ports.pairingCode(deviceId))
      if (!tools) return { text: 'This device has no tools', failed: true }
      return tools.call(call, options)
    },
    change: (changed) => {
      ownerId = changed.ownerId
      agentId = changed.agentId
    },
    get ownerId() {
      return ownerId
    },
    close: (reason) => dispatch({ type: 'close', reason }),
    get quiet() {
      return isQuiet(state)
    },
    settled: async () => {
      await Promise.all(unsettled)
    },
  }
}
