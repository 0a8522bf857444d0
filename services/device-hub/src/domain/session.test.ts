import { describe, expect, test } from 'vitest'
import { packet } from '../../test/fakes.ts'
import { deviceId, sessionScene as scene } from '../../test/session-scene.ts'
import { settle } from '../../test/virtual-clock.ts'

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
    expect(link.story).toEqual([
      'hello',
      'stt hello',
      'tts start',
      'llm neutral',
      'say One two three four.',
      'audio×3',
      'tts stop',
    ])
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
    expect(link.story.slice(1)).toEqual([
      'tts start',
      'say Sorry, something went wrong. Please try again.',
      'audio×3',
      'tts stop',
    ])
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

describe('a device without an owner', () => {
  test('can be asked for its pairing code, even one that has no tools', async () => {
    const { session, mind, hello, detect } = scene()
    hello()
    detect('what is your code')
    expect(mind.last.input.tools).toMatchObject([{ name: 'parley.get_pairing_code' }])
    const { text, failed } = await session.callTool({ name: 'parley.get_pairing_code', arguments: {} }, {})
    expect([failed, JSON.parse(text)]).toEqual([false, { pairing_code: '012345', valid_minutes: 15 }])
  })

  test('has none to tell as soon as it has one, and the next turn is theirs', async () => {
    const { session, mind, hello, detect, clock } = scene()
    const [ownerId, agentId] = ['019aa3c0-0000-7000-8000-00000000000a', '019aa3c0-0000-7000-8000-00000000000b']
    hello()
    session.change({ ownerId, agentId })
    detect('hello')
    expect(mind.last.input).toMatchObject({ ownerId, agentId })
    expect(mind.last.input.tools).toBeUndefined()
    expect(session.ownerId).toBe(ownerId)
    await clock.advance(10_000)
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
    expect(mind.last.input.tools).toMatchObject([{ name: 'parley.get_pairing_code' }, { name: 'lamp' }])
  })
})
