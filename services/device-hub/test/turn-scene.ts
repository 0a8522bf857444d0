import { startTurn } from '../src/domain/turn.ts'
import type { TurnTask } from '../src/domain/turn-state.ts'
import { FakeMind, FakeVoice, RecordingLink } from './fakes.ts'
import { VirtualClock } from './virtual-clock.ts'

export const settings = {
  format: { sampleRateHz: 24_000, frameMs: 60 },
  leadFrames: 3,
  firstAudioDelayMs: 100,
  stopMarginMs: 120,
} as const
export const turnId = '019aa3c0-0000-7000-8000-0000000000aa'
export const deviceId = 'aa:bb:cc:dd:ee:ff'
/** What a user asked, when a test does not care. */
export const question: TurnTask & { kind: 'reply' } = {
  kind: 'reply',
  turnId,
  deviceId,
  ownerId: undefined,
  agentId: undefined,
  text: 'hi',
  language: 'en',
  tools: [],
  fillers: [],
}

/** A turn that has just begun, among fakes. */
export function turnScene(
  task: TurnTask = question,
  prepare: (mind: FakeMind, voice: FakeVoice) => void = () => undefined,
) {
  const clock = new VirtualClock()
  const link = new RecordingLink(clock)
  const mind = new FakeMind()
  const voice = new FakeVoice()
  prepare(mind, voice)
  const startedAt = clock.now()
  const turn = startTurn(task, { link, mind, voice, clock, settings })
  return { clock, link, mind, voice, turn, startedAt }
}
/** A mind that says so at once. */
export const saying =
  (...script: string[]) =>
  (mind: FakeMind) => {
    mind.script = script
  }
export const apology = 'Sorry, something went wrong. Please try again.'
