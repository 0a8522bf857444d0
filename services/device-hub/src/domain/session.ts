import { Problem, type OpusFormat } from '@parley/contracts'
import { helloMessage, type ClientMessage } from '@parley/device-protocol'
import { createHearing, type Hearing } from './hearing.ts'
import type { Heard } from './listening.ts'
import { isExit, mannerOn, type Manner } from './manner.ts'
import type { ConnectedDevice, Session, SessionEnds, SessionPorts, SessionSettings } from './session-ports.ts'
import {
  frameDestination,
  initialState,
  isQuiet,
  step,
  type CloseReason,
  type SessionEffect,
  type SessionEvent,
  type SessionState,
} from './session-state.ts'
import { createSessionTools } from './session-tools.ts'
import { startTurn, type Turn } from './turn.ts'
import type { TurnTask } from './turn-state.ts'
import { createUplinkLimit, type UplinkLimit } from './uplink-limit.ts'
import { isWakeWord } from './wake-words.ts'

/** WebSocket close codes: below 4500 the device may come back at once. */
const closeCodes: Record<CloseReason, number> = {
  idle: 1000,
  goodbye: 1000,
  device: 1000,
  shutdown: 1012,
  abuse: 1008,
  replaced: 4409,
  operator: 4400,
  removed: 4503,
}

const uplinkDefault: OpusFormat = { sampleRateHz: 16_000, frameMs: 60 }
const earlyKeptMs = 2_400
/** No Opus packet of 120 ms is longer. */
const mostPacketBytes = 8 * 1024
/** A connection that does not say hello is none of a device. */
const helloWithinMs = 30_000
/** Devices take a connection for dead after two minutes without a word; shorter ones close before. */
const staysWarmFromMs = 60_000
/** A microphone that is open for nothing must not stay so. */
const mostStayMs = 15 * 60_000
/** The chips that have room for more audio than the least. */
const roomyChips = /^esp32-?(?:s3|p4)/i
const leastLeadFrames = 2

const frugal = new WeakMap<SessionSettings, SessionSettings>()

/** The same settings with no more lead than the smallest chip has room for; made once. */
function withLeastLead(settings: SessionSettings): SessionSettings {
  const made = frugal.get(settings) ?? { ...settings, leadFrames: Math.min(settings.leadFrames, leastLeadFrames) }
  frugal.set(settings, made)
  return made
}

/**
 * One device's session: turns messages into events of the state machine and carries its effects out. It knows no
 * socket: whatever carries messages and packets can hold one.
 */
export function openSession(device: ConnectedDevice, ports: SessionPorts, ends: SessionEnds): Session {
  const { deviceId } = device
  const { link } = ends
  const { mind, voice, clock, newId } = ports
  let { ownerId, agentId, settings: ownSettings = {} } = device
  const settings = roomyChips.test(device.chipModel ?? '') ? ports.settings : withLeastLead(ports.settings)
  let state: SessionState = initialState
  let uplink = uplinkDefault
  let early: Uint8Array[] = []
  let hearing: Hearing | undefined
  let turn: Turn | undefined
  let lastHeard: Heard | undefined
  let language: string | undefined
  let greeted = false
  let cancelsEcho = false
  let freed: PromiseWithResolvers<void> | undefined
  let quieted: PromiseWithResolvers<void> | undefined
  let cancelIdle: () => void = () => undefined
  let staysUntil = 0
  let limit: UplinkLimit | undefined
  let unsettled: Set<Promise<unknown>> | undefined
  const tools = createSessionTools({
    link,
    clock,
    vision: () => device.vision?.(link.sessionId),
    canPair: () => ownerId === undefined,
    pairingCode: () => ports.pairingCode(deviceId),
    onReady: ends.onReady,
    onStatus: ends.onStatus,
  })

  const manner = (): Manner => mannerOn(ports.manners(agentId), ownSettings)

  function dispatch(event: SessionEvent) {
    const { state: next, effects } = step(state, event)
    state = next
    for (const effect of effects) carryOut(effect)
    if (!state.reply) freed?.resolve()
    if (isQuiet(state)) quieted?.resolve()
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
        hearing ??= createHearing({
          ...ports,
          manner,
          replying: () => state.reply !== undefined,
          cancelsEcho: () => cancelsEcho,
          onHeard,
          dispatch,
        })
        hearing.start(effect.number, effect.mode, {
          format: uplink,
          early,
          language: language ?? ownSettings.language,
          about: aboutListening(),
        })
        early = []
        return
      case 'finish-listening':
        return hearing?.finish()
      case 'stop-listening':
        return hearing?.stop()
      case 'start-reply': {
        // What is said and what is answered are one turn, also where its sound is kept.
        const { turnId = newId(), speaker } = lastHeard ?? {}
        const facts = { place: ownSettings.place, chipModel: device.chipModel }
        const asked = { turnId, deviceId, ownerId, agentId, text: effect.text, speaker, tools: tools.forModel() }
        const spoken = language ?? ownSettings.language
        return run(effect.number, {
          kind: 'reply',
          ...asked,
          device: facts,
          language: spoken,
          fillers: manner().fillers,
        })
      }
      case 'start-announcement':
        return run(effect.number, announcementOf(effect.text))
      case 'start-apology':
        return run(effect.number, { kind: 'apology', turnId: newId(), language: language ?? ownSettings.language })
      case 'hold-reply':
        return turn?.hold()
      case 'resume-reply':
        return turn?.resume()
      case 'stop-reply':
        return turn?.stop(effect.reason)
      case 'note-activity':
        return armIdle()
      case 'close':
        return closeLink(effect.reason)
    }
  }

  function aboutListening() {
    if (ownerId === undefined) return {}
    return { ownerId, recording: { turnId: newId(), deviceId, ownerId } }
  }

  function announcementOf(text: string): TurnTask {
    const { greeting, farewell } = manner()
    return { kind: 'announcement', turnId: newId(), text, fixed: text === greeting || text === farewell }
  }

  function onHeard(heard: Heard, number: number) {
    language = heard.language ?? language
    const { text } = heard
    if (isExit(text, manner()))
      return dispatch({ type: 'goodbye', text, listening: number, farewell: manner().farewell })
    lastHeard = heard
    dispatch({ type: 'heard', listening: number, text })
    lastHeard = undefined
  }

  function run(number: number, task: TurnTask) {
    const heard = lastHeard
    const onSaid = (text: string, until: () => number) => hearing?.said(text, until)
    const { replacements } = manner()
    const given = { link, mind, voice, clock, settings, replacements, onSaid }
    const started = ports.inTurn(task.turnId, () => startTurn(task, given))
    turn = started
    const ended = started.ended.then((report) => {
      unsettled?.delete(ended)
      ports.onTurn(report, heard)
      dispatch({ type: 'reply-ended', reply: number, ends: report.endsConversation && !report.interrupted })
    })
    unsettled ??= new Set()
    unsettled.add(ended)
  }

  function armIdle() {
    cancelIdle()
    const idleMs = state.phase === 'open' ? manner().idleCloseMs : helloWithinMs
    const stayMs = staysUntil - clock.now()
    if (idleMs > 0)
      cancelIdle = clock.after(Math.max(idleMs, stayMs), () => dispatch({ type: 'idle', farewell: manner().farewell }))
  }

  function closeLink(reason: CloseReason) {
    cancelIdle()
    tools.close()
    link.close(closeCodes[reason], reason)
  }

  function onHello(message: ClientMessage & { type: 'hello' }) {
    uplink = { sampleRateHz: message.sampleRateHz as OpusFormat['sampleRateHz'], frameMs: message.frameMs }
    cancelsEcho = message.aec
    dispatch({ type: 'hello' })
    if (state.phase === 'open') tools.greet(message)
  }

  function onListen(message: ClientMessage & { type: 'listen' }) {
    if (message.state === 'start')
      return dispatch({ type: 'listen-start', mode: message.mode, interruptible: ownSettings.bargeIn ?? true })
    if (message.state === 'stop') return dispatch({ type: 'listen-stop' })
    const text = message.text.trim()
    if (text === '' || isWakeWord(text, settings.wakeWords)) return onWakeWord()
    if (isExit(text, manner())) return dispatch({ type: 'goodbye', text, farewell: manner().farewell })
    dispatch({ type: 'typed-text', text })
  }

  function onWakeWord() {
    dispatch({ type: 'wake-word' })
    const { greeting } = manner()
    if (greeting === undefined || greeted) return
    greeted = true
    dispatch({ type: 'say', text: greeting })
  }

  armIdle()
  return {
    receive: (message) => {
      switch (message.type) {
        case 'hello':
          return onHello(message)
        case 'listen':
          return onListen(message)
        case 'abort':
          return dispatch({ type: 'abort' })
        case 'mcp':
        case 'iot':
          return tools.receive(message)
        case 'ping':
          return link.send({ type: 'pong' })
        case 'goodbye':
          return dispatch({ type: 'close', reason: 'device' })
      }
    },
    receiveAudio: (packet) => {
      if (packet.length === 0 || packet.length > mostPacketBytes) return
      limit ??= createUplinkLimit()
      if (!limit.admit(uplink.frameMs, clock.now())) return
      const destination = frameDestination(state)
      if (destination === 'listening') hearing?.push(packet)
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
    whenFree: () => {
      if (!state.reply || state.phase === 'closed') return Promise.resolve()
      freed ??= Promise.withResolvers()
      const { promise } = freed
      return promise.finally(() => (freed = undefined))
    },
    whenQuiet: () => {
      if (isQuiet(state)) return Promise.resolve()
      quieted ??= Promise.withResolvers()
      const { promise } = quieted
      return promise.finally(() => (quieted = undefined))
    },
    stayFor: (ms) => {
      if (ms > mostStayMs || state.phase !== 'open') return
      staysUntil = Math.max(staysUntil, clock.now() + ms)
      armIdle()
    },
    tell: (message) => link.send(message),
    tools: () => tools.list(),
    callTool: (call, options) => tools.call(call, options),
    look: async ({ sessionId, imageKey, question }) => {
      if (sessionId !== link.sessionId || state.phase !== 'open')
        throw new Problem('unauthorized', 'This session is over: the picture belongs to another one')
      return ports.eyes.look({
        deviceId,
        ownerId,
        agentId,
        imageKey,
        question,
        language: language ?? ownSettings.language,
      })
    },
    change: (changed) => {
      ownerId = changed.ownerId
      agentId = changed.agentId
      if (changed.settings) ownSettings = changed.settings
    },
    get ownerId() {
      return ownerId
    },
    keepWarm: () => {
      const { idleCloseMs } = manner()
      if (state.phase === 'open' && !state.reply && (idleCloseMs === 0 || idleCloseMs > staysWarmFromMs))
        link.send({ type: 'heartbeat' })
    },
    windDown: () => turn?.windDown(),
    close: (reason) => dispatch({ type: 'close', reason }),
    get quiet() {
      return isQuiet(state)
    },
    get open() {
      return state.phase === 'open'
    },
    settled: async () => {
      if (unsettled) await Promise.all(unsettled)
    },
  }
}
