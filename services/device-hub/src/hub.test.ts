import type { Bus } from '@parley/bus'
import { createLogger } from '@parley/service-kit'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { countingIds, FakeEars, FakeEyes, FakeMind, FakeVoice, plainManner, RecordingLink } from '../test/fakes.ts'
import { newDevice } from '../test/devices.ts'
import { settle, VirtualClock } from '../test/virtual-clock.ts'
import type { Device } from './domain/enrolment.ts'
import type { LeaseStore } from './domain/presence.ts'
import type { TurnReport } from './domain/turn-report.ts'
import { openHub } from './hub.ts'

const deviceId = 'aa:bb:cc:dd:ee:ff'
const log = createLogger({ service: 'test', level: 'silent' })
const settings = {
  format: { sampleRateHz: 24_000, frameMs: 60 },
  leadFrames: 3,
  firstAudioDelayMs: 100,
  stopMarginMs: 120,
  maxSpeechMs: 30_000,
  wakeWords: [],
} as const

/** Nothing waits for any device. */
const commands = {
  takeNext: async () => undefined,
  putBack: async () => undefined,
  finish: async () => undefined,
  giveUp: async () => [],
}

/** Nothing is ever due. */
const alarmStore = {
  devicesDue: async () => [],
  takeDue: async () => undefined,
  putBack: async () => undefined,
  finish: async () => undefined,
  abandoned: async () => [],
}
const notHere = () => Promise.reject(new Error('no alarms here'))
const alarms = { set: notHere, list: notHere, cancel: notHere }

/** Leases in memory, whose answers come when the test lets them. */
class FakeLeases implements LeaseStore {
  readonly held = new Map<string, number>()
  #epoch = 0
  #gate: Promise<void> = Promise.resolve()
  #open: () => void = () => undefined

  hold() {
    this.#gate = new Promise((resolve) => (this.#open = resolve))
  }
  letGo() {
    this.#open()
    return settle()
  }
  claim = async (device: string) => {
    const epoch = ++this.#epoch
    this.held.set(device, epoch)
    await this.#gate
    return epoch
  }
  release = async (device: string, epoch: number) => this.held.get(device) === epoch && this.held.delete(device)
  refresh = async (leases: { deviceId: string; epoch: number }[]) => {
    await this.#gate
    return leases.filter((lease) => this.held.get(lease.deviceId) !== lease.epoch).map((lease) => lease.deviceId)
  }
}

function scene() {
  const clock = new VirtualClock()
  const leases = new FakeLeases()
  const [ears, mind, voice] = [new FakeEars(), new FakeMind(), new FakeVoice()]
  mind.script = ['One two three four. ']
  const published: string[] = []
  /** What the registry says by now. */
  const known: Device[] = []
  const pins = { open: 0 }
  const bus = {
    pin: () => {
      pins.open++
      return { stop: () => pins.open-- }
    },
    publish: ({ subject }: { subject: string }, { type }: { type?: string }) =>
      published.push(type ?? subject.slice(subject.lastIndexOf('.') + 1)),
  } as unknown as Bus
  const turns: (string | undefined)[] = []
  const onTurn = ({ interrupted }: TurnReport) => turns.push(interrupted)
  const onFailure = () => undefined
  const hub = openHub({
    bus,
    log,
    leases,
    devices: { touch: async () => undefined, findAll: async () => known },
    commands,
    alarms,
    alarmStore,
    noteStatus: async () => undefined,
    clock,
    newSession: {
      ears,
      mind,
      voice,
      eyes: new FakeEyes(),
      manners: () => plainManner,
      clock,
      newId: countingIds(),
      pairingCode: () => Promise.resolve({ code: '123456', leftS: 900 }),
      settings: { ...settings, wakeWords: [] },
      onTurn,
      onFailure,
      inTurn: (_turnId, work) => work(),
    },
  })
  const connect = (ownerId?: string) => {
    const link = new RecordingLink(clock)
    const session = hub.connect({ deviceId, ownerId, agentId: undefined, credentialEpoch: 1 }, link)
    session.receive({ type: 'hello', mcp: false, aec: false, sampleRateHz: 16_000, frameMs: 60 })
    return { link, session }
  }
  const ask = (session: { receive: (message: never) => void }, text = 'hi') =>
    session.receive({ type: 'listen', state: 'detect', text } as never)
  return { clock, leases, ears, mind, voice, turns, known, published, pins, hub, connect, ask }
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }))
afterEach(() => void vi.useRealTimers())

test('a connected device is served and online, and offline when it is gone', async () => {
  const { hub, leases, pins, published, connect } = scene()
  const { session } = connect()
  await settle()
  expect([hub.size, pins.open, leases.held.size]).toEqual([1, 1, 1])
  session.close('device')
  await hub[Symbol.asyncDispose]()
  expect([hub.size, pins.open, leases.held.size]).toEqual([0, 0, 0])
  expect(published).toEqual(['kick', 'online', 'offline'])
})

test("the owner's apps hear of it", async () => {
  const { hub, published, connect } = scene()
  const { session } = connect('ada')
  await settle()
  session.close('device')
  await hub[Symbol.asyncDispose]()
  expect(published).toEqual(['kick', 'online', 'device-online', 'offline', 'device-offline'])
})

describe('what was told of a device while nobody listened', () => {
  const registered: Device = newDevice({ deviceId, credentialIssued: true, ownerId: 'ada' })

  test('is caught up with when it has connected', async () => {
    const { known, connect } = scene()
    known.push(registered)
    const { session } = connect()
    await settle()
    expect(session.ownerId).toBe('ada')
  })

  test('is caught up with later: a device that was given up is sent away', async () => {
    const { known, connect } = scene()
    const { link } = connect('ada')
    await settle()
    known.push({ ...registered, credentialEpoch: 2, ownerId: undefined })
    vi.advanceTimersByTime(30_000)
    await settle()
    expect(link.closedWith).toEqual({ code: 4503, reason: 'removed' })
  })
})

test('a device that reconnects in the middle of a reply: the old connection goes, its reply is recorded once', async () => {
  const { clock, hub, leases, mind, pins, voice, connect, ask } = scene()
  voice.frames = 100
  const old = connect()
  ask(old.session)
  await clock.advance(3_000)
  const { link } = connect()
  await clock.advance(1_000)
  expect(old.link.closedWith).toEqual({ code: 4409, reason: 'replaced' })
  expect(link.closedWith).toBeUndefined()
  expect(mind.heard).toMatchObject([{ interrupted: true, text: expect.stringContaining('One') }])
  expect([hub.size, pins.open, leases.held.get(deviceId)]).toEqual([1, 1, 2])
})

test('a device that leaves while its lease is being claimed leaves no lease behind', async () => {
  const { hub, leases, published, connect } = scene()
  leases.hold()
  const { session } = connect()
  session.close('device')
  const disposed = hub[Symbol.asyncDispose]()
  let done = false
  void disposed.then(() => (done = true))
  await settle()
  expect(done).toBe(false)
  await leases.letGo()
  await disposed
  expect(leases.held.size).toBe(0)
  expect(published).not.toContain('online')
})

test('a lease that someone else holds by now closes the connection', async () => {
  const { leases, connect } = scene()
  const { link } = connect()
  await settle()
  leases.held.set(deviceId, 99)
  vi.advanceTimersByTime(30_000)
  await settle()
  expect(link.closedWith?.reason).toBe('replaced')
})

test('but not the newer connection of the same device that came meanwhile', async () => {
  const { hub, leases, connect } = scene()
  connect()
  await settle()
  leases.hold()
  vi.advanceTimersByTime(30_000)
  const { link } = connect()
  await leases.letGo()
  expect(link.closedWith).toBeUndefined()
  expect(hub.size).toBe(1)
})

test('draining closes who is quiet at once, listening to silence or not', async () => {
  const { clock, hub, connect } = scene()
  const { link, session } = connect()
  session.receive({ type: 'listen', state: 'start', mode: 'auto' })
  const drained = hub.drain(10_000)
  await clock.advance(100)
  await drained
  expect(link.closedWith).toEqual({ code: 1012, reason: 'shutdown' })
})

test('draining lets a reply finish', async () => {
  const { clock, hub, mind, connect, ask } = scene()
  const { link, session } = connect()
  ask(session)
  const drained = hub.drain(10_000)
  await clock.advance(2_000)
  await drained
  expect(link.story.at(-1)).toBe('tts stop')
  expect(mind.heard).toMatchObject([{ interrupted: false }])
})

test('draining lets who speaks finish, and the answer that follows', async () => {
  const { clock, ears, hub, mind, connect } = scene()
  const { session } = connect()
  session.receive({ type: 'listen', state: 'start', mode: 'auto' })
  ears.last.feed.emit({ type: 'ready' }, { type: 'speech-start' })
  await settle()
  const drained = hub.drain(10_000)
  await clock.advance(500)
  ears.hear('hello')
  await clock.advance(3_000)
  await drained
  expect(mind.heard).toMatchObject([{ interrupted: false, text: 'One two three four.' }])
})

test('draining waits for the last word on a turn whose voice is slow to let go', async () => {
  const { clock, hub, turns, voice, connect, ask } = scene()
  const gate = Promise.withResolvers<IteratorResult<Uint8Array>>()
  voice.speak = () => ({ [Symbol.asyncIterator]: () => ({ next: () => gate.promise }) }) as never
  ask(connect().session)
  await settle()
  let drained = false
  const draining = hub.drain(0).then(() => (drained = true))
  await clock.advance(10)
  expect(drained).toBe(false)
  gate.resolve({ done: true, value: undefined })
  await draining
  expect(turns).toEqual(['shutdown'])
})

test('draining is over in time, with what was heard recorded', async () => {
  const { clock, ears, hub, mind, voice, connect } = scene()
  voice.frames = 1_000
  const { link, session } = connect()
  session.receive({ type: 'listen', state: 'start', mode: 'manual' })
  ears.last.feed.emit({ type: 'ready' })
  await settle()
  const drained = hub.drain(5_000)
  // The turn begins after the drain has.
  ears.hear('hello')
  await clock.advance(5_100)
  await drained
  expect(link.closedWith?.reason).toBe('shutdown')
  expect(mind.heard).toMatchObject([{ interrupted: true }])
})
