import { describe, expect, test } from 'vitest'
import { deviceId, sessionScene } from '../../test/session-scene.ts'
import { settle } from '../../test/virtual-clock.ts'

const turns = (story: string[]) => story.filter((line) => /^(say|tts|stt)/.test(line))

describe('a greeting', () => {
  test('is said when it is woken, once, and it listens afterwards', async () => {
    const { clock, link, ears, hello, detect, listen } = sessionScene({ greeting: 'Hello, I am Bo.' })
    hello()
    detect('hey parley')
    listen('auto')
    await clock.advance(3_000)
    expect(turns(link.story)).toEqual(['tts start', 'say Hello, I am Bo.', 'tts stop'])
    expect(ears.listenings).toHaveLength(1)
    detect('hey parley')
    await clock.advance(3_000)
    expect(link.count('tts start')).toBe(1)
  })
})

describe('a farewell', () => {
  test('is said before an idle device is sent away', async () => {
    const { clock, link, hello, listen, ready } = sessionScene({ farewell: 'Bye for now.', idleCloseMs: 20_000 })
    hello()
    listen('auto')
    await ready()
    await clock.advance(19_000)
    expect(link.story).toEqual(['hello'])
    await clock.advance(5_000)
    expect(turns(link.story)).toEqual(['tts start', 'say Bye for now.', 'tts stop'])
    expect(link.closedWith).toEqual({ code: 1000, reason: 'idle' })
  })

  test('is taken back when somebody is there after all', async () => {
    const { clock, link, hello, detect } = sessionScene({ farewell: 'Bye for now.', idleCloseMs: 20_000 })
    hello()
    await clock.advance(20_050)
    expect(link.count('tts start')).toBe(1)
    detect('are you there')
    await clock.advance(3_000)
    expect(link.closedWith).toBeUndefined()
    expect(link.count('stt are you there')).toBe(1)
  })

  test('answers a good-bye, which no model hears', async () => {
    const { clock, link, mind, ears, hello, listen, ready } = sessionScene({
      farewell: 'See you.',
      exitPhrases: ['good bye', '再见'],
    })
    hello()
    listen('auto')
    await ready()
    ears.hear('Good-bye!')
    await clock.advance(3_000)
    expect(turns(link.story)).toEqual(['stt Good-bye!', 'tts start', 'say See you.', 'tts stop'])
    expect(link.closedWith).toEqual({ code: 1000, reason: 'goodbye' })
    expect(mind.replies).toEqual([])
  })

  test('is not needed: it goes at once, and only for the whole phrase', async () => {
    const { clock, link, mind, hello, detect } = sessionScene({ exitPhrases: ['good bye'] })
    hello()
    detect('how do I say good bye in French')
    await clock.advance(2_000)
    expect(mind.replies).toHaveLength(1)
    detect('good bye')
    await settle()
    expect(link.closedWith?.reason).toBe('goodbye')
  })
})

test('idleness is no reason to go where the owner says never, whatever the agent says', async () => {
  const { clock, link, hello } = sessionScene({ idleCloseMs: 20_000, settings: { idleCloseMs: 0 } })
  hello()
  await clock.advance(86_400_000)
  expect(link.closedWith).toBeUndefined()
})

test('settings count from the next turn on, without a new connection', async () => {
  const { ears, session, hello, listen, detect, mind } = sessionScene()
  hello()
  listen('auto')
  expect(ears.last.input.endpointing.silenceMs).toBe(400)
  session.change({ ownerId: 'ada', agentId: undefined, settings: { silenceMs: 800, language: 'de' } })
  listen('auto')
  expect(ears.last.input).toMatchObject({ endpointing: { silenceMs: 800 }, language: 'de' })
  detect('hallo')
  expect(mind.last.input).toMatchObject({ ownerId: 'ada', language: 'de' })
})

describe('a heartbeat', () => {
  test('keeps a connection warm that is meant to stay, and leaves others alone', async () => {
    const { clock, link, session, hello, detect } = sessionScene({ idleCloseMs: 0 })
    session.keepWarm()
    expect(link.story).toEqual([])
    hello()
    session.keepWarm()
    expect(link.story).toEqual(['hello', 'heartbeat'])
    detect('hi')
    await clock.advance(200)
    session.keepWarm()
    expect(link.count('heartbeat')).toBe(1)
    const brief = sessionScene({ idleCloseMs: 60_000 })
    brief.hello()
    brief.session.keepWarm()
    expect(brief.link.story).toEqual(['hello'])
  })
})

describe('the lead', () => {
  test.each([
    ['esp32s3', 4],
    ['ESP32-P4', 4],
    ['esp32c3', 3],
    ['', 3],
  ])('of %j is %i frames with the one that plays', async (chipModel, atOnce) => {
    const { clock, link, voice, hello, detect } = sessionScene({ chipModel })
    voice.frames = 50
    hello()
    detect('hi')
    await clock.advance(110)
    expect(link.count('audio')).toBe(atOnce)
  })
})

describe('a filler', () => {
  test('is said when the answer takes long, and is no part of it', async () => {
    const { clock, link, mind, hello, detect } = sessionScene({ fillers: ['One moment.'] })
    mind.script = undefined
    hello()
    detect('hard question')
    await clock.advance(1_190)
    expect(link.count('say One moment.')).toBe(0)
    await clock.advance(200)
    expect(link.count('say One moment.')).toBe(1)
    mind.write('Forty two it is. ')
    mind.last.feed.end()
    await clock.advance(3_000)
    expect(mind.heard).toMatchObject([{ text: 'Forty two it is.', interrupted: false }])
    expect(link.count('tts stop')).toBe(1)
  })

  test('comes before the camera looks, even from an agent that has none; not before other tools', async () => {
    const { clock, link, mind, hello, detect } = sessionScene()
    mind.script = undefined
    hello()
    detect('what is this')
    mind.started('zh')
    mind.last.feed.emit({ type: 'tool-start', name: 'self_lamp_on' })
    await clock.advance(200)
    expect(link.count('say 让我看看。')).toBe(0)
    mind.last.feed.emit({ type: 'tool-start', name: 'self_camera_take_photo' })
    await clock.advance(200)
    expect(link.count('say 让我看看。')).toBe(1)
    mind.last.feed.end()
    await clock.advance(5_000)
  })
})

describe('a tool that takes longer than 1.2 s', () => {
  test('is waited for with words, once, also after the answer has begun', async () => {
    const { clock, link, mind, hello, detect } = sessionScene()
    mind.script = undefined
    hello()
    detect('what is the weather')
    mind.started('en')
    mind.write('Let me see.')
    await clock.advance(50)
    mind.last.feed.emit({ type: 'tool-start', name: 'get_weather' })
    await clock.advance(1_150)
    expect(link.count('say One moment, please.')).toBe(0)
    await clock.advance(1_500)
    expect(turns(link.story)).toEqual([
      'stt what is the weather',
      'tts start',
      'say Let me see.',
      'say One moment, please.',
    ])
    mind.last.feed.emit({ type: 'tool-end', name: 'get_weather', failed: false })
    mind.last.feed.emit({ type: 'tool-start', name: 'get_news' })
    await clock.advance(2_000)
    expect(link.count('say One moment, please.')).toBe(1)
    mind.last.feed.end()
    await clock.advance(5_000)
  })

  test('no other one is', async () => {
    const { clock, link, mind, hello, detect } = sessionScene({ fillers: ['Hold on.'] })
    mind.script = undefined
    hello()
    detect('lamp on')
    mind.started('en')
    mind.write('Sure, I do that now. ')
    await clock.advance(50)
    mind.last.feed.emit({ type: 'tool-start', name: 'self_lamp_on' })
    await clock.advance(1_100)
    mind.last.feed.emit({ type: 'tool-end', name: 'self_lamp_on', failed: false })
    await clock.advance(3_000)
    expect(link.count('say Hold on.')).toBe(0)
    mind.last.feed.end()
    await clock.advance(5_000)
  })
})

describe('an answer that ends the conversation', () => {
  const leaving = { type: 'finished', reason: 'stop', endsConversation: true } as const

  test('is said whole; then the device goes', async () => {
    const { clock, link, mind, hello, detect } = sessionScene()
    mind.script = undefined
    hello()
    detect('I have to go')
    mind.write('Until tomorrow then. ')
    mind.last.feed.emit(leaving)
    mind.last.feed.end()
    await clock.advance(5_000)
    expect(turns(link.story)).toEqual(['stt I have to go', 'tts start', 'say Until tomorrow then.', 'tts stop'])
    expect(link.closedWith).toEqual({ code: 1000, reason: 'goodbye' })
  })

  test('that is interrupted ends nothing', async () => {
    const { clock, link, mind, hello, detect, abort } = sessionScene()
    mind.script = undefined
    hello()
    detect('I have to go')
    mind.write('Until tomorrow then. ')
    mind.last.feed.emit(leaving)
    mind.last.feed.end()
    await clock.advance(150)
    abort()
    await clock.advance(5_000)
    expect(link.closedWith).toBeUndefined()
  })
})

describe('a picture', () => {
  test('of this session is looked at for its owner and agent; of another one it is not', async () => {
    const { eyes, link, session, hello } = sessionScene({ ownerId: 'ada', agentId: 'bo' })
    hello()
    const picture = { imageKey: 'temporary/1.jpg', question: 'What is it?' }
    expect(await session.look({ ...picture, sessionId: link.sessionId })).toBe('A cat.')
    expect(eyes.looks).toMatchObject([{ deviceId, ownerId: 'ada', agentId: 'bo', ...picture }])
    await expect(session.look({ ...picture, sessionId: 'other' })).rejects.toMatchObject({ code: 'unauthorized' })
    session.close('device')
    await expect(session.look({ ...picture, sessionId: link.sessionId })).rejects.toMatchObject({
      code: 'unauthorized',
    })
  })
})
