import type { ServerMessage } from '@parley/device-protocol'

/** `auto`: silence ends an utterance; `manual`: push to talk; `realtime`: the microphone never closes. */
export type ListenMode = 'auto' | 'manual' | 'realtime'

/**
 * Where a device's session is. Listening and replying are independent: push to talk may record while a reply still
 * plays. Both carry a number, so that news from one that is over is recognised and dropped.
 */
export type SessionState = {
  phase: 'awaiting-hello' | 'open' | 'closed'
  listening?: { number: number; mode: ListenMode; finished: boolean; speaking: boolean } | undefined
  /** `held`: it stands still while it is found out whether somebody interrupts it. */
  reply?: { number: number; held: boolean } | undefined
  /** The mode in which to listen when the reply ends, without being asked again. */
  listenAfterReply?: ListenMode | undefined
  /** Whether a realtime device is listened to while it speaks. */
  interruptible: boolean
  /** The reply that is being said is the last one: why the session closes after it. */
  closeAfterReply?: CloseReason | undefined
  /** Frames that come before the first listening are kept for it. */
  keepsEarlyFrames: boolean
  count: number
}

/** `goodbye`: the person took leave; `abuse`: it sends more than any device does. */
export type CloseReason = 'idle' | 'goodbye' | 'replaced' | 'removed' | 'operator' | 'shutdown' | 'device' | 'abuse'

export type SessionEvent =
  | { type: 'hello' }
  | { type: 'listen-start'; mode: ListenMode; interruptible?: boolean }
  | { type: 'listen-stop' }
  | { type: 'wake-word' }
  | { type: 'typed-text'; text: string }
  | { type: 'abort' }
  | { type: 'speech-start'; listening: number }
  /** It is not a cough: somebody really talks. */
  | { type: 'speech-confirmed'; listening: number }
  | { type: 'heard'; listening: number; text: string }
  | { type: 'ears-failed'; listening: number }
  /** `ends`: the user took leave, and that was the answer. */
  | { type: 'reply-ended'; reply: number; ends?: boolean | undefined }
  | { type: 'say'; text: string }
  /** Nobody was there for a while. */
  | { type: 'idle'; farewell?: string | undefined }
  /** A person took leave with these words. */
  | { type: 'goodbye'; text: string; listening?: number; farewell?: string | undefined }
  | { type: 'close'; reason: CloseReason }

export type SessionEffect =
  | { type: 'send'; message: ServerMessage }
  | { type: 'send-hello' }
  | { type: 'drop-early-frames' }
  | { type: 'start-listening'; number: number; mode: ListenMode }
  | { type: 'finish-listening'; number: number }
  | { type: 'stop-listening'; number: number }
  | { type: 'start-reply'; number: number; text: string }
  | { type: 'start-announcement'; number: number; text: string }
  | { type: 'start-apology'; number: number }
  | { type: 'hold-reply'; number: number }
  | { type: 'resume-reply'; number: number }
  | { type: 'stop-reply'; number: number; reason: 'abort' | 'barge-in' | CloseReason }
  /** Something happened that shows a person is there. */
  | { type: 'note-activity' }
  | { type: 'close'; reason: CloseReason }

export type Step = { state: SessionState; effects: SessionEffect[] }

export const initialState: SessionState = {
  phase: 'awaiting-hello',
  interruptible: false,
  keepsEarlyFrames: true,
  count: 0,
}

const ttsStop: SessionEffect = { type: 'send', message: { type: 'tts', state: 'stop' } }
const activity: SessionEffect = { type: 'note-activity' }

/** Where an audio frame belongs at this moment. */
export function frameDestination(state: SessionState): 'listening' | 'early' | 'nowhere' {
  if (state.listening && !state.listening.finished) return 'listening'
  return state.keepsEarlyFrames && state.phase !== 'closed' ? 'early' : 'nowhere'
}

/** Whether nobody would notice if the session closed now. */
export function isQuiet({ reply, listening }: SessionState): boolean {
  return !reply && !listening?.finished && !listening?.speaking
}

/** One step of a session: pure, so that every race can be written down as a row of a table. */
export function step(state: SessionState, event: SessionEvent): Step {
  if (state.phase === 'closed') return { state, effects: [] }
  switch (event.type) {
    case 'hello':
      return { state: { ...state, phase: 'open' }, effects: [{ type: 'send-hello' }, activity] }
    case 'listen-start':
      return onListenStart({ ...state, interruptible: event.interruptible ?? state.interruptible }, event.mode)
    case 'listen-stop':
      return onListenStop(state)
    case 'wake-word':
      // What was recorded up to here is the wake word itself.
      return { state: { ...state, keepsEarlyFrames: false }, effects: [{ type: 'drop-early-frames' }, activity] }
    case 'typed-text':
      return onTypedText(state, event.text)
    case 'abort':
      return onAbort(state)
    case 'speech-start':
      return onSpeechStart(state, event.listening)
    case 'speech-confirmed':
      return onSpeechConfirmed(state, event.listening)
    case 'heard':
      return onHeard(state, event.listening, event.text)
    case 'ears-failed':
      return onEarsFailed(state, event.listening)
    case 'reply-ended':
      return state.reply?.number === event.reply ? onReplyEnded(state, event.ends) : { state, effects: [] }
    case 'say':
      return onSay(state, event.text)
    case 'idle':
      return state.reply ? { state, effects: [activity] } : onLeave(state, 'idle', event.farewell)
    case 'goodbye':
      return onGoodbye(state, event)
    case 'close':
      return onClose(state, event.reason)
  }
}

function onListenStart(state: SessionState, mode: ListenMode): Step {
  // Some clients announce listening at every sentence of a reply: that must not cut it. Push to talk is meant.
  if (state.reply && mode !== 'manual') {
    return { state: { ...state, listenAfterReply: mode, keepsEarlyFrames: false }, effects: [] }
  }
  return withActivity(openListening({ ...state, closeAfterReply: undefined }, mode))
}

function withActivity({ state, effects }: Step): Step {
  return { state, effects: [...effects, activity] }
}

function openListening(state: SessionState, mode: ListenMode): Step {
  const number = state.count + 1
  const effects: SessionEffect[] = [{ type: 'start-listening', number, mode }]
  if (state.listening) effects.unshift({ type: 'stop-listening', number: state.listening.number })
  const listening = { number, mode, finished: false, speaking: mode === 'manual' }
  return {
    state: { ...state, listening, listenAfterReply: undefined, keepsEarlyFrames: false, count: number },
    effects,
  }
}

function onListenStop(state: SessionState): Step {
  const { listening } = state
  if (!listening) return { state: { ...state, listenAfterReply: undefined }, effects: [] }
  if (listening.finished) return { state, effects: [] }
  return {
    state: { ...state, listening: { ...listening, finished: true } },
    effects: [{ type: 'finish-listening', number: listening.number }, activity],
  }
}

function onSpeechStart(state: SessionState, number: number): Step {
  const { listening } = state
  if (listening?.number !== number) return { state, effects: [] }
  const speaking: SessionState = { ...state, listening: { ...listening, speaking: true } }
  const { reply } = state
  if (!reply || reply.held || listening.mode !== 'realtime' || !state.interruptible)
    return { state: speaking, effects: [activity] }
  return {
    state: { ...speaking, reply: { ...reply, held: true } },
    effects: [activity, { type: 'hold-reply', number: reply.number }],
  }
}

/** The reply ends here and now; what interrupted it goes on being listened to. */
function onSpeechConfirmed(state: SessionState, number: number): Step {
  const { listening, reply } = state
  if (listening?.number !== number || listening.mode !== 'realtime' || !reply || !state.interruptible)
    return { state, effects: [] }
  return {
    state: { ...state, reply: undefined, listenAfterReply: undefined, closeAfterReply: undefined },
    effects: [activity, { type: 'stop-reply', number: reply.number, reason: 'barge-in' }],
  }
}

function onTypedText(state: SessionState, text: string): Step {
  // A realtime device sends no other listen start after the reply.
  const listenAfterReply = state.listening?.mode === 'realtime' ? 'realtime' : state.listenAfterReply
  return onUserText({ ...state, listenAfterReply, keepsEarlyFrames: false }, text, [{ type: 'drop-early-frames' }])
}

function onUserText(state: SessionState, text: string, first: SessionEffect[] = []): Step {
  const number = state.count + 1
  const effects: SessionEffect[] = [...first, activity]
  if (state.listening) effects.push({ type: 'stop-listening', number: state.listening.number })
  if (state.reply) effects.push({ type: 'stop-reply', number: state.reply.number, reason: 'barge-in' })
  effects.push({ type: 'start-reply', number, text })
  const replying: SessionState = {
    ...state,
    listening: undefined,
    reply: { number, held: false },
    closeAfterReply: undefined,
    count: number,
  }
  // The microphone stays open while it speaks: whoever talks is heard.
  if (replying.listenAfterReply !== 'realtime' || !state.interruptible) return { state: replying, effects }
  const listening = openListening(replying, 'realtime')
  return { state: listening.state, effects: [...effects, ...listening.effects] }
}

function onAbort(state: SessionState): Step {
  const effects: SessionEffect[] = [activity]
  const { listening, reply } = state
  // What was said but is not understood yet shall not be answered either.
  if (listening?.finished) effects.push({ type: 'stop-listening', number: listening.number })
  const kept: SessionState = {
    ...state,
    closeAfterReply: undefined,
    ...(listening?.finished && { listening: undefined }),
  }
  if (!reply) return { state: kept, effects: [...effects, ttsStop] }
  effects.push({ type: 'stop-reply', number: reply.number, reason: 'abort' })
  const after = afterReply(kept)
  return { state: after.state, effects: [...effects, ...after.effects] }
}

function onHeard(state: SessionState, number: number, text: string): Step {
  const { listening } = state
  if (listening?.number !== number) return { state, effects: [] }
  const heard: SessionState = { ...state, listening: undefined }
  if (text !== '') {
    const keepsListening = listening.mode === 'realtime' ? listening.mode : undefined
    return onUserText({ ...heard, listenAfterReply: keepsListening }, text)
  }
  // Nothing was said: push to talk is over, the other modes go on listening.
  if (listening.mode === 'manual') return { state: heard, effects: state.reply ? [] : [ttsStop] }
  const { state: resumed, effects } = resume(heard)
  const again = openListening(resumed, listening.mode)
  return { state: again.state, effects: [...effects, ...again.effects] }
}

/** It was no interruption: what was being said goes on. */
function resume(state: SessionState): Step {
  const { reply } = state
  if (!reply?.held) return { state, effects: [] }
  return {
    state: { ...state, reply: { ...reply, held: false } },
    effects: [{ type: 'resume-reply', number: reply.number }],
  }
}

function onEarsFailed(state: SessionState, failed: number): Step {
  const { listening } = state
  if (listening?.number !== failed) return { state, effects: [] }
  // Nobody was to be heard but an interruption: what is being said comes first.
  if (state.reply && listening.mode === 'realtime')
    return resume({ ...state, listening: undefined, listenAfterReply: 'realtime' })
  const number = state.count + 1
  const effects: SessionEffect[] = []
  if (state.reply) effects.push({ type: 'stop-reply', number: state.reply.number, reason: 'barge-in' })
  effects.push({ type: 'start-apology', number })
  const listenAfterReply = listening.mode === 'realtime' ? listening.mode : undefined
  return {
    state: { ...state, listening: undefined, listenAfterReply, reply: { number, held: false }, count: number },
    effects,
  }
}

function onReplyEnded(state: SessionState, ends = false): Step {
  // Whoever goes on talking has not gone.
  const reason = state.closeAfterReply ?? (ends && !state.listening?.speaking ? 'goodbye' : undefined)
  if (reason) return onClose({ ...state, reply: undefined }, reason)
  const after = afterReply(state)
  return { state: after.state, effects: [activity, ...after.effects] }
}

function afterReply(state: SessionState): Step {
  const ended: SessionState = { ...state, reply: undefined }
  if (!state.listenAfterReply || state.listening) return { state: ended, effects: [] }
  return openListening(ended, state.listenAfterReply)
}

/** Something to say that the user did not ask for: it waits for nobody, and gives way to a reply under way. */
function onSay(state: SessionState, text: string): Step {
  if (state.reply || state.phase !== 'open') return { state, effects: [] }
  const number = state.count + 1
  return {
    state: { ...state, reply: { number, held: false }, count: number },
    effects: [{ type: 'start-announcement', number, text }, activity],
  }
}

/** Closes, after a farewell where there is one. Whoever still wants something meanwhile is not left. */
function onLeave(state: SessionState, reason: CloseReason, farewell: string | undefined): Step {
  if (farewell === undefined || state.phase !== 'open') return onClose(state, reason)
  const effects: SessionEffect[] = []
  if (state.listening) effects.push({ type: 'stop-listening', number: state.listening.number })
  if (state.reply) effects.push({ type: 'stop-reply', number: state.reply.number, reason: 'barge-in' })
  const number = state.count + 1
  effects.push({ type: 'start-announcement', number, text: farewell }, activity)
  return {
    state: {
      ...state,
      listening: undefined,
      listenAfterReply: undefined,
      reply: { number, held: false },
      closeAfterReply: reason,
      count: number,
    },
    effects,
  }
}

function onGoodbye(
  state: SessionState,
  { text, listening: number, farewell }: SessionEvent & { type: 'goodbye' },
): Step {
  if (number !== undefined && state.listening?.number !== number) return { state, effects: [] }
  // What was being listened to is over by itself when it is what the words come from.
  const heard: SessionState = number === undefined ? state : { ...state, listening: undefined }
  const { state: left, effects } = onLeave(heard, 'goodbye', farewell)
  return { state: left, effects: [{ type: 'send', message: { type: 'stt', text } }, ...effects] }
}

function onClose(state: SessionState, reason: CloseReason): Step {
  const effects: SessionEffect[] = []
  if (state.listening) effects.push({ type: 'stop-listening', number: state.listening.number })
  if (state.reply) effects.push({ type: 'stop-reply', number: state.reply.number, reason })
  effects.push({ type: 'close', reason })
  return { state: { ...state, phase: 'closed', listening: undefined, reply: undefined }, effects }
}
