import { describe, expect, test } from 'vitest'
import { countingIds, FakeEars, FakeMind, FakeVoice, packet, RecordingLink, settle, VirtualClock } from '../../test/fakes.ts'
import type { Heard } from './listening.ts'
import { openSession } from './session.ts'
import type { TurnReport } from './turn-report.ts'

const deviceId = 'aa:bb:cc:dd:ee:ff'
const settings = {
  format: { sampleRateHz: 24_000, frameMs: 60 },
  leadFrames: 3,
  firstAudioDelayMs: 100,
  stopMarginMs: 120,
  silenceMs: 400,
  maxSpeechMs: 30_000,
  idleCloseMs: 120_000,
  wakeWords: ['hey parley'],
} as const

function scene(over: { idleCloseMs?: number } = {}) {
  const clock = new VirtualClock()
  const link = new RecordingLink(clock)
  const ears = new FakeEars()
  const mind = new FakeMind()
  mind.script = ['One two three four. ']
  const voice = new FakeVoice()
  const turns: { report: TurnReport; heard: Heard | undefined }[] = []
  const failures: unknown[] = []
  const session = openSession(deviceId, {
    link,
    ears,
    mind,
    voice,
    clock,
    newId: countingIds(),
    settings: { ...settings, wakeWords: [...settings.wakeWords], ...over },
    onTurn: (report, heard) => turns.push({ report, heard }),
    onFailure: (error) => failures.push(error),
  })
  const hello = (given: { mcp?: boolean; frameMs?: number } = {}) =>
    session.receive({ type: 'hello', mcp: false, aec: false, sampleRateHz: 16_000, frameMs: 60, ...given })
  const listen = (mode: 'auto' | 'manual' | 'realtime' = 'auto') =>
    session.receive({ type: 'listen', state: 'start', mode })
  const release = () => session.receive({ type: 'listen', state: 'stop' })
  const detect = (text: string) => session.receive({ type: 'listen', state: 'detect', text })
  const abort = () => session.receive({ type: 'abort' })
  const ready = async () => {
    ears.last.feed.emit({ type: 'ready' })
    await settle()
  }
  return { clock, link, ears, mind, voice, turns, failures, session, hello, listen, release, detect, abort, ready }
}

describe('a conversation', () => {
  test('hello, wake word, an utterance, its reply', async () => {
    const { clock, link, ears, mind, turns, session, hello, detect, listen, ready } = scene()
    hello()
    session.receiveAudio(packet(1))
    detect('Hey, Parley!')
    listen()
    session.receiveAudio(packet(2))
    await ready()
    expect(ears.sentTo(0)).toEqual(['0:2'])
    ears.hear('hello', 'en')
    await clock.advance(2_000)
    expect(link.story).toEqual(['hello', 'stt hello', 'tts start', 'llm neutral', 'say One two three four.', 'audio×3', 'tts stop'])
    expect(mind.replies[0]?.input).toMatchObject({ deviceId, text: 'hello', language: 'en' })
    expect(turns).toMatchObject([{ report: { frames: 3 }, heard: { text: 'hello' } }])
  })

  test('frames before the hello are not lost', async () => {
    const { ears, session, hello, listen, ready } = scene()
    session.receiveAudio(packet(1))
    hello()
    session.receiveAudio(packet(2))
    listen()
    await ready()
    expect(ears.sentTo(0)).toEqual(['0:1', '1:2'])
  })

  test('push to talk, released before the recogniser is ready', async () => {
    const { clock, link, ears, session, hello, listen, release, ready } = scene()
    hello()
    listen('manual')
    session.receiveAudio(packet(1))
    release()
    session.receiveAudio(packet(2))
    await ready()
    expect(ears.sentTo(0)).toEqual(['0:1', '1:end'])
    ears.hear('hello')
    await clock.advance(2_000)
    expect(link.count('tts stop')).toBe(1)
  })

  test('an utterance is recognised in the format of the hello', () => {
    const { ears, hello, listen } = scene()
    hello({ frameMs: 20 })
    listen('manual')
    expect(ears.last.input).toMatchObject({
      format: { sampleRateHz: 16_000, frameMs: 20 },
      endpointing: { mode: 'manual', silenceMs: 400, maxSpeechMs: 30_000 },
    })
  })

  test('typed text during a reply: one stop for the old, then the new', async () => {
    const { clock, link, mind, hello, detect } = scene()
    hello()
    detect('first')
    await clock.advance(150)
    detect('second')
    await clock.advance(2_000)
    const turns = link.story.filter((line) => line.startsWith('stt') || line.startsWith('tts'))
    expect(turns).toEqual(['stt first', 'tts start', 'tts stop', 'stt second', 'tts start', 'tts stop'])
    expect(mind.heard).toHaveLength(2)
  })

  test('what was heard of an interrupted reply is recorded before the next one is asked for', async () => {
    const { clock, mind, hello, detect } = scene()
    hello()
    detect('first')
    await clock.advance(150)
    detect('second')
    await clock.advance(2_000)
    expect(mind.log).toEqual(['reply first', 'heard ', 'reply second', 'heard One two three four.'])
  })

  test('an abort is answered at once, and again, and the next listening works', async () => {
    const { clock, link, ears, voice, hello, detect, listen, abort, ready } = scene()
    voice.frames = 100
    hello()
    detect('hi')
    await clock.advance(500)
    abort()
    expect(link.count('tts stop')).toBe(1)
    abort()
    expect(link.count('tts stop')).toBe(2)
    listen()
    await ready()
    ears.hear('again')
    await clock.advance(300)
    expect(link.count('stt again')).toBe(1)
  })

  test('a recogniser that fails twice is apologised for, and the next utterance works', async () => {
    const { clock, link, ears, failures, hello, listen, ready } = scene()
    hello()
    listen()
    for (let attempt = 0; attempt < 2; attempt++) {
      ears.last.feed.fail(new Error('deaf'))
      await settle()
    }
    await clock.advance(2_000)
    expect(link.story.slice(1)).toEqual(['tts start', 'say Sorry, something went wrong. Please try again.', 'audio×3', 'tts stop'])
    expect(failures).toHaveLength(1)
    listen()
    await ready()
    ears.hear('again')
    await clock.advance(300)
    expect(link.count('stt again')).toBe(1)
  })

  test('announcements are said when nobody talks', async () => {
    const { clock, link, session, hello } = scene()
    expect(session.say('Tea.')).toBe(false)
    hello()
    expect(session.say('The tea is ready.')).toBe(true)
    expect(session.say('And the cake.')).toBe(false)
    await clock.advance(2_000)
    expect(link.count('say The tea is ready.')).toBe(1)
    expect(link.count('tts stop')).toBe(1)
  })

  test('ping is answered', () => {
    const { link, session } = scene()
    session.receive({ type: 'ping' })
    expect(link.story).toEqual(['pong'])
  })
})

describe('tools', () => {
  test('are asked for once, only when the device has them, and told to the mind', async () => {
    const { link, mind, session, hello, detect } = scene()
    hello({ mcp: false })
    expect(link.count('mcp')).toBe(0)
    expect(await session.callTool({ name: 'lamp', arguments: {} }, {})).toMatchObject({ failed: true })
    hello({ mcp: true })
    hello({ mcp: true })
    expect(link.count('mcp')).toBe(1)
    session.receive({ type: 'mcp', payload: { id: 1, result: {} } })
    await settle()
    session.receive({ type: 'mcp', payload: { id: 2, result: { tools: [{ name: 'lamp' }] } } })
    await settle()
    detect('light on')
    expect(mind.last.input.tools).toMatchObject([{ name: 'lamp' }])
  })
})

describe('bounds', () => {
  test('early frames are kept for 2.4 s, the newest', async () => {
    const { ears, session, hello, listen, ready } = scene()
    hello()
    for (let mark = 0; mark < 100; mark++) session.receiveAudio(packet(mark))
    listen()
    await ready()
    expect(ears.sentTo(0)).toHaveLength(40)
    expect(ears.sentTo(0).at(-1)).toBe('39:99')
  })

  test('frames that are empty, or longer than any Opus packet, are left out', async () => {
    const { ears, session, hello, listen, ready } = scene()
    hello()
    listen()
    await ready()
    session.receiveAudio(new Uint8Array(0))
    session.receiveAudio(new Uint8Array(60_000))
    session.receiveAudio(packet(1))
    expect(ears.sentTo(0)).toEqual(['0:1'])
  })

  test('a device that only sends silence is idle, however often its silence was listened to', async () => {
    const { clock, link, ears, hello, listen, ready } = scene()
    hello()
    listen()
    for (let round = 0; round < 5; round++) {
      await clock.advance(30_000)
      await ready()
      ears.hear('')
      await settle()
    }
    expect(link.closedWith).toEqual({ code: 1000, reason: 'idle' })
  })

  test('a device that speaks is not idle', async () => {
    const { clock, link, voice, hello, detect } = scene()
    voice.frames = 3_000
    hello()
    detect('tell me a story')
    await clock.advance(179_000)
    expect(link.closedWith).toBeUndefined()
  })

  test('a device that never says anything is let go, unless idleness is allowed', async () => {
    const strict = scene()
    await strict.clock.advance(120_000)
    expect(strict.link.closedWith?.reason).toBe('idle')
    const patient = scene({ idleCloseMs: 0 })
    await patient.clock.advance(10_000_000)
    expect(patient.link.closedWith).toBeUndefined()
  })
})

describe('the end', () => {
  test('in the middle of a reply stops and records it, once, and leaves nothing running', async () => {
    const { clock, link, ears, mind, turns, voice, session, hello, detect, listen } = scene()
    voice.frames = 100
    hello({ mcp: true })
    detect('hi')
    await clock.advance(1_000)
    listen('manual')
    session.close('replaced')
    session.close('device')
    expect(link.closedWith).toEqual({ code: 4409, reason: 'replaced' })
    await session.settled()
    expect(mind.heard).toMatchObject([{ interrupted: true }])
    expect(turns).toHaveLength(1)
    expect(ears.last.feed.closed).toBe(true)
    expect(clock.pending).toBe(0)
  })

  test('is final: what comes afterwards changes nothing', async () => {
    const { clock, link, ears, session, hello, listen, detect } = scene()
    session.close('shutdown')
    hello({ mcp: true })
    listen()
    detect('hi')
    session.receiveAudio(packet(1))
    await settle()
    expect(link.story).toEqual([])
    expect(ears.listenings).toEqual([])
    expect(clock.pending).toBe(0)
  })

  test('comes with a goodbye', () => {
    const { link, session } = scene()
    session.receive({ type: 'goodbye' })
    expect(link.closedWith?.code).toBe(1000)
  })

  test('settles only when the last turn is recorded', async () => {
    const { clock, mind, session, hello, detect } = scene()
    hello()
    detect('hi')
    let settled = false
    void session.settled().then(() => (settled = true))
    await clock.advance(200)
    expect(settled).toBe(false)
    await clock.advance(2_000)
    expect(settled).toBe(true)
    expect(mind.heard).toHaveLength(1)
  })
})
