import { describe, expect, test } from 'vitest'
import {
  frameDestination,
  initialState,
  isQuiet,
  step,
  type SessionEffect,
  type SessionEvent,
} from './session-state.ts'

/** An effect in a few words: `start-reply 2 hi`, `send tts stop`. */
function tell(effect: SessionEffect): string {
  if (effect.type === 'send') return `send ${Object.values(effect.message).join(' ')}`
  return Object.values(effect).join(' ')
}

/** What a session does about the last of some events; activity is left out unless it is asked for. */
function after(...events: SessionEvent[]) {
  let state = initialState
  let effects: string[] = []
  for (const event of events) {
    const next = step(state, event)
    state = next.state
    effects = next.effects.map(tell)
  }
  return {
    state,
    active: effects.includes('note-activity'),
    effects: effects.filter((line) => line !== 'note-activity'),
  }
}

const hello: SessionEvent = { type: 'hello' }
const auto: SessionEvent = { type: 'listen-start', mode: 'auto' }
const manual: SessionEvent = { type: 'listen-start', mode: 'manual' }
const realtime: SessionEvent = { type: 'listen-start', mode: 'realtime' }
const release: SessionEvent = { type: 'listen-stop' }
const wake: SessionEvent = { type: 'wake-word' }
const abort: SessionEvent = { type: 'abort' }
const idle: SessionEvent = { type: 'idle' }
const typed: SessionEvent = { type: 'typed-text', text: 'hi' }
const say: SessionEvent = { type: 'say', text: 'tea' }
const heard = (listening: number, text = 'hi'): SessionEvent => ({ type: 'heard', listening, text })
const speech = (listening: number): SessionEvent => ({ type: 'speech-start', listening })
const ended = (reply: number): SessionEvent => ({ type: 'reply-ended', reply })
const failed = (listening: number): SessionEvent => ({ type: 'ears-failed', listening })
const close: SessionEvent = { type: 'close', reason: 'device' }

const stop = 'send tts stop'
const rows: [name: string, events: SessionEvent[], effects: string[]][] = [
  ['hello is answered', [hello], ['send-hello']],
  ['a second hello is answered too', [hello, auto, hello], ['send-hello']],
  // Wake word, auto mode.
  ['the recorded wake word is no utterance', [hello, wake], ['drop-early-frames']],
  ['listening begins after the wake word', [hello, wake, auto], ['start-listening 1 auto']],
  ['what is heard is answered', [hello, wake, auto, heard(1)], ['start-reply 2 hi']],
  ['auto mode waits for the device after a reply', [hello, auto, heard(1), ended(2)], []],
  [
    'the next listen start opens the next listening',
    [hello, auto, heard(1), ended(2), auto],
    ['start-listening 3 auto'],
  ],
  ['silence goes on being listened to', [hello, auto, heard(1, '')], ['start-listening 2 auto']],
  ['a new listening replaces an old one', [hello, auto, auto], ['stop-listening 1', 'start-listening 2 auto']],
  // Push to talk.
  ['the button down', [hello, manual], ['start-listening 1 manual']],
  ['the button up', [hello, manual, release], ['finish-listening 1']],
  ['the button up twice', [hello, manual, release, release], []],
  ['the button up without down', [hello, release], []],
  ['push to talk is answered', [hello, manual, release, heard(1)], ['start-reply 2 hi']],
  ['push to talk without a word sets the device free', [hello, manual, release, heard(1, '')], [stop]],
  ['but not while a reply plays', [hello, typed, manual, release, heard(2, '')], []],
  ['the button during a reply records at once', [hello, typed, manual], ['start-listening 2 manual']],
  [
    'words during a reply interrupt it',
    [hello, typed, manual, heard(2)],
    ['stop-reply 1 barge-in', 'start-reply 3 hi'],
  ],
  // Interruptions.
  ['click: the reply stops', [hello, auto, heard(1), abort], ['stop-reply 2 abort']],
  ['abort with nothing to stop is answered', [hello, abort], [stop]],
  ['abort again is answered again', [hello, auto, heard(1), abort, abort], [stop]],
  ['abort while the device listens does not end the listening', [hello, auto, abort], [stop]],
  ['wake word while listening', [hello, auto, abort, auto], ['stop-listening 1', 'start-listening 2 auto']],
  ['abort of what was said but not yet understood', [hello, manual, release, abort], ['stop-listening 1', stop]],
  [
    'abort of both a reply and what was said into it',
    [hello, typed, manual, release, abort],
    ['stop-listening 2', 'stop-reply 1 abort'],
  ],
  ['the end of a stopped reply changes nothing', [hello, typed, abort, ended(1)], []],
  ['nor the end of one that another replaced', [hello, typed, typed, ended(1)], []],
  ['nor words of a listening that is over', [hello, auto, auto, heard(1)], []],
  ['nor its failure', [hello, auto, auto, failed(1)], []],
  ['nor its first sound', [hello, auto, auto, speech(1)], []],
  // Typed text and its clients.
  ['typed text is answered', [hello, typed], ['drop-early-frames', 'start-reply 1 hi']],
  ['typed text before a hello', [typed], ['drop-early-frames', 'start-reply 1 hi']],
  [
    'typed text takes over from a listening',
    [hello, auto, typed],
    ['drop-early-frames', 'stop-listening 1', 'start-reply 2 hi'],
  ],
  ['detect and listen start together', [hello, typed, auto], []],
  ['then listening begins after the reply', [hello, typed, auto, ended(1)], ['start-listening 2 auto']],
  ['or after its interruption', [hello, typed, auto, abort], ['stop-reply 1 abort', 'start-listening 2 auto']],
  ['listen start at every sentence does not cut the reply', [hello, auto, heard(1), auto, auto], []],
  ['listen stop takes that back', [hello, typed, auto, release, ended(1)], []],
  // Realtime.
  ['realtime listens again by itself', [hello, realtime, heard(1), ended(2)], ['start-listening 3 realtime']],
  [
    'also after an interruption',
    [hello, realtime, heard(1), abort],
    ['stop-reply 2 abort', 'start-listening 3 realtime'],
  ],
  ['also after an apology', [hello, realtime, failed(1), ended(2)], ['start-listening 3 realtime']],
  ['also after typed text', [hello, realtime, typed, ended(2)], ['start-listening 3 realtime']],
  ['also after text typed into a reply', [hello, realtime, heard(1), typed, ended(3)], ['start-listening 4 realtime']],
  // Failures and announcements.
  ['a failure to listen is told', [hello, auto, failed(1)], ['start-apology 2']],
  ['instead of a reply', [hello, typed, manual, failed(2)], ['stop-reply 1 barge-in', 'start-apology 3']],
  ['an announcement', [hello, say], ['start-announcement 1 tea']],
  ['gives way to a reply', [hello, typed, say], []],
  ['needs a device that said hello', [say], []],
  ['leaves a listening alone', [hello, auto, say], ['start-announcement 2 tea']],
  // Ends.
  ['idle', [hello, idle], ['close idle']],
  ['idle while listening to silence', [hello, auto, idle], ['stop-listening 1', 'close idle']],
  ['not while the device speaks', [hello, typed, idle], []],
  ['close before the hello', [close], ['close device']],
  [
    'close while replying and recording',
    [hello, typed, manual, close],
    ['stop-listening 2', 'stop-reply 1 device', 'close device'],
  ],
  ['close twice', [hello, close, close], []],
  ['nothing after a close', [hello, typed, close, ended(1)], []],
]

test.each(rows)('%s', (_name, events, effects) => {
  expect(after(...events).effects).toEqual(effects)
})

describe('signs of a person', () => {
  test.each([
    ['speech', [hello, auto, speech(1)], true],
    ['the end of a reply', [hello, typed, ended(1)], true],
    ['a reply under way', [hello, typed, idle], true],
    ['silence that was listened to', [hello, auto, heard(1, '')], false],
    ['old news', [hello, auto, auto, speech(1)], false],
  ])('%s', (_name, events: SessionEvent[], active) => {
    expect(after(...events).active).toBe(active)
  })
})

describe('a session is quiet', () => {
  test.each([
    ['between utterances', [hello, auto], true],
    ['without a listening', [hello], true],
    ['not while someone speaks', [hello, auto, speech(1)], false],
    ['not while the button is down', [hello, manual], false],
    ['not while words are being understood', [hello, manual, release], false],
    ['not while replying', [hello, typed], false],
    ['after a false start', [hello, auto, speech(1), heard(1, '')], true],
  ])('%s', (_name, events: SessionEvent[], quiet) => {
    expect(isQuiet(after(...events).state)).toBe(quiet)
  })
})

describe('an audio frame goes', () => {
  test.each([
    ['to the first listening when it comes early', [], 'early'],
    ['there also after the hello', [hello], 'early'],
    ['to the listening', [hello, auto], 'listening'],
    ['nowhere after the button was released', [hello, manual, release], 'nowhere'],
    ['nowhere after a wake word', [hello, wake], 'nowhere'],
    ['nowhere while replying', [hello, auto, heard(1)], 'nowhere'],
    ['to the recording during a reply', [hello, typed, manual], 'listening'],
    ['nowhere after a close', [close], 'nowhere'],
  ])('%s', (_name, events: SessionEvent[], destination) => {
    expect(frameDestination(after(...events).state)).toBe(destination)
  })
})
