import assert from 'node:assert/strict'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  countingIds,
  FakeEars,
  FakeEyes,
  FakeMind,
  FakeVoice,
  packet,
  plainManner,
  RecordingLink,
} from '../../test/fakes.ts'
import { settle, VirtualClock } from '../../test/virtual-clock.ts'
import type { Session } from './session-ports.ts'
import { openSession } from './session.ts'

const settings = {
  format: { sampleRateHz: 24_000 as const, frameMs: 60 },
  leadFrames: 3,
  firstAudioDelayMs: 100,
  stopMarginMs: 120,
  maxSpeechMs: 30_000,
  wakeWords: ['hey parley'],
}

type World = {
  session: Session
  clock: VirtualClock
  link: RecordingLink
  ears: FakeEars
  mind: FakeMind
  voice: FakeVoice
}
type Act = { name: string; run: (world: World) => unknown }

const act = (name: string, run: Act['run']) => fc.constant<Act>({ name, run })
/** Everything that a device, and the services behind, may do at any moment. */
const acts = fc.oneof(
  act('hello', ({ session }) =>
    session.receive({ type: 'hello', mcp: false, aec: false, sampleRateHz: 16_000, frameMs: 60 }),
  ),
  ...(['auto', 'manual', 'realtime'] as const).map((mode) =>
    act(mode, ({ session }) => session.receive({ type: 'listen', state: 'start', mode })),
  ),
  act('release', ({ session }) => session.receive({ type: 'listen', state: 'stop' })),
  act('type', ({ session }) => session.receive({ type: 'listen', state: 'detect', text: 'hi' })),
  act('wake', ({ session }) => session.receive({ type: 'listen', state: 'detect', text: 'hey parley' })),
  act('abort', ({ session }) => session.receive({ type: 'abort' })),
  act('frame', ({ session }) => session.receiveAudio(packet(1))),
  act('say', ({ session }) => session.say('The tea is ready.')),
  act('ready', ({ ears }) => ears.listenings.at(-1)?.feed.emit({ type: 'ready' }, { type: 'speech-start' })),
  act('heard', ({ ears }) => ears.listenings.length > 0 && ears.hear('hello')),
  act('partial', ({ ears }) => ears.listenings.at(-1)?.feed.emit({ type: 'partial', text: 'stop that' })),
  act('silence', ({ ears }) => ears.listenings.length > 0 && ears.hear('')),
  act('deaf', ({ ears }) => ears.listenings.at(-1)?.feed.fail(new Error('deaf'))),
  act('write', ({ mind }) => mind.replies.length > 0 && mind.write('One two three four. ')),
  act('written', ({ mind }) => mind.replies.at(-1)?.feed.end()),
  act('mindless', ({ mind }) => mind.replies.at(-1)?.feed.fail(new Error('mindless'))),
  act('mute', ({ voice }) => (voice.failing = (index) => index % 3 === 1)),
  act('wait', ({ clock }) => clock.advance(70)),
  act('wait long', ({ clock }) => clock.advance(900)),
)

async function live(scenes: Act[], check: (world: World) => Promise<void>) {
  const clock = new VirtualClock()
  const link = new RecordingLink(clock)
  const [ears, mind, voice] = [new FakeEars(), new FakeMind(), new FakeVoice()]
  const session = openSession(
    { deviceId: 'aa:bb:cc:dd:ee:ff', ownerId: undefined, agentId: undefined, credentialEpoch: undefined },
    {
      pairingCode: () => Promise.resolve({ code: '123456', leftS: 900 }),
      ears,
      mind,
      voice,
      eyes: new FakeEyes(),
      manners: () => ({ ...plainManner, idleCloseMs: 0 }),
      clock,
      newId: countingIds(),
      settings,
      onTurn: () => undefined,
      onFailure: () => undefined,
      inTurn: (_turnId, work) => work(),
    },
    { link, onReady: () => undefined, onStatus: () => undefined },
  )
  const world = { session, clock, link, ears, mind, voice }
  for (const { run } of scenes) {
    await run(world)
    await settle()
  }
  await check(world)
}

const story = fc
  .array(acts, { maxLength: 25 })
  .map((list) => Object.assign(list, { toString: () => list.map(({ name }) => name).join(', ') }))
const told = (check: (world: World) => Promise<void>) =>
  fc.assert(
    fc.asyncProperty(story, (scenes) => live(scenes, check)),
    { numRuns: 150 },
  )

/** Audio and sentences only between a tts start and its stop; no start before the stop of the one before. */
function checkGrammar({ sent }: RecordingLink) {
  let speaking = false
  let startedAt = 0
  for (const { at, what } of sent) {
    if (what === 'tts start') {
      assert.equal(speaking, false)
      ;[speaking, startedAt] = [true, at]
    } else if (what === 'tts stop') speaking = false
    else if (what === 'audio' || what.startsWith('say ')) {
      assert.equal(speaking, true)
      assert.ok(at - startedAt >= settings.firstAudioDelayMs)
    }
  }
  assert.equal(speaking, false)
}

test('whatever happens, once everyone has said their piece the device is free again, and heard only what it should', () =>
  told(async ({ session, clock, link, mind }) => {
    session.receive({ type: 'hello', mcp: false, aec: false, sampleRateHz: 16_000, frameMs: 60 })
    for (const { feed } of mind.replies) feed.end()
    await clock.advance(60_000)
    checkGrammar(link)
    expect(mind.heard.map(({ turnId }) => turnId)).toEqual(mind.replies.map(({ input }) => input.turnId))
    expect(session.say('Free?')).toBe(true)
  }))

test('whenever it closes, nothing goes on, and what was heard is recorded once', () =>
  told(async ({ session, clock, link, ears, mind, voice }) => {
    session.close('device')
    await session.settled()
    await settle()
    checkGrammar(link)
    expect(mind.heard.map(({ turnId }) => turnId)).toEqual(mind.replies.map(({ input }) => input.turnId))
    const streams = [...ears.listenings, ...mind.replies, ...voice.speeches]
    expect(streams.filter(({ feed }) => feed.started && !feed.closed)).toEqual([])
    expect(clock.pending).toBe(0)
  }))
