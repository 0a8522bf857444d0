import { describe, expect, test } from 'vitest'
import { apology, deviceId, question, saying, turnId, turnScene as scene } from '../../test/turn-scene.ts'
import { settle } from '../../test/virtual-clock.ts'

describe('stop', () => {
  test('in the middle of a sentence is a tts stop at once, the end of the work upstream, and the record of what was heard', async () => {
    const { clock, link, mind, voice, turn } = scene()
    voice.frames = 20
    mind.write('One two three four. ', 'Five six seven eight. ', 'Nine')
    await clock.advance(100 + 20 * 60 + 300)
    turn.stop('abort')
    expect(link.story.at(-1)).toBe('tts stop')
    expect(mind.heard).toHaveLength(1)
    expect(mind.last.signal.aborted).toBe(true)
    await settle()
    expect(mind.last.feed.closed).toBe(true)
    expect(voice.speeches.every(({ feed }) => feed.closed)).toBe(true)
    expect(mind.heard[0]).toMatchObject({ interrupted: true, text: 'One two three four. Five' })
    expect((await turn.ended).interrupted).toBe('abort')
    expect(clock.pending).toBe(0)
  })

  test('counts a part of the sentence under way, in whole words', async () => {
    const { clock, mind, voice, turn } = scene(question, saying('One two three four. '))
    voice.frames = 20
    await clock.advance(100 + 16 * 60)
    turn.stop('abort')
    expect(mind.heard[0]?.text).toBe('One two three')
  })

  test('before anything was said is a tts stop after the tts start', async () => {
    const { link, mind, turn } = scene(question, saying('One two three four. '))
    turn.stop('barge-in')
    expect(link.story).toEqual(['stt hi', 'tts start', 'tts stop'])
    await turn.ended
    expect(mind.heard).toEqual([{ turnId, deviceId, text: '', interrupted: true }])
    expect(link.story).toEqual(['stt hi', 'tts start', 'tts stop'])
  })

  test('stops a device once, however often it is asked and even after the end', async () => {
    const { clock, link, mind, turn } = scene(question, saying('One two three four. '))
    await clock.advance(150)
    turn.stop('abort')
    turn.stop('shutdown')
    await clock.advance(2_000)
    turn.stop('abort')
    expect(link.count('tts stop')).toBe(1)
    expect(mind.heard).toHaveLength(1)
    expect((await turn.ended).interrupted).toBe('abort')
  })

  test('sends no frame after the tts stop', async () => {
    const { clock, link, voice, turn } = scene(question, saying('One two three four. '))
    voice.frames = 100
    await clock.advance(1_000)
    turn.stop('abort')
    await clock.advance(5_000)
    expect(link.sent.at(-1)?.what).toBe('tts stop')
  })

  test('holds back even a frame whose moment has come with it', async () => {
    const { clock, link, turn } = scene(question, saying('One two three four. '))
    clock.waitUntil = async () => turn.stop('abort')
    await turn.ended
    expect(link.sent.at(-1)?.what).toBe('tts stop')
    expect(link.count('audio')).toBe(0)
  })

  test('does not wait for a mind and a voice that are slow to let go', async () => {
    const { clock, link, mind, voice, turn } = scene(question, saying('One two three four. '))
    voice.frames = undefined
    voice.speeches[0]?.feed.emit(Uint8Array.of(1))
    await clock.advance(10)
    turn.stop('abort')
    expect(link.count('tts stop')).toBe(1)
    expect(mind.heard).toHaveLength(1)
  })
})

describe('a failure', () => {
  test('of the mind before a word is told', async () => {
    const { clock, link, mind, voice, turn } = scene()
    mind.last.feed.fail(new Error('no mind'))
    await clock.advance(2_000)
    expect(link.story).toEqual(['stt hi', 'tts start', `say ${apology}`, 'audio×3', 'tts stop'])
    expect(voice.speeches[0]?.input.voice).toEqual({ language: 'en' })
    expect(mind.heard[0]).toMatchObject({ text: '' })
    expect((await turn.ended).problem).toMatchObject({ message: 'no mind' })
  })

  test('of the mind in the middle lets the whole sentences be heard first', async () => {
    const { clock, link, mind } = scene()
    mind.write('One two three four. ', 'Five six')
    mind.last.feed.fail(new Error('no mind'))
    await clock.advance(3_000)
    expect(link.story.filter((line) => line.startsWith('say'))).toEqual(['say One two three four.', `say ${apology}`])
    expect(link.count('tts stop')).toBe(1)
    expect(mind.heard[0]?.text).toBe('One two three four.')
  })

  test('of the voice at the first sentence is told, and ends the reply upstream', async () => {
    const { clock, link, mind, voice } = scene()
    voice.failing = (index) => index === 0
    mind.write('One two three four. ')
    await clock.advance(2_000)
    expect(link.story).toEqual(['stt hi', 'tts start', 'llm neutral', `say ${apology}`, 'audio×3', 'tts stop'])
    expect(mind.last.feed.closed).toBe(true)
    mind.write('Five six seven eight. ')
    await clock.advance(2_000)
    expect(voice.texts).toEqual(['One two three four.', apology])
  })

  test('of the voice at a later sentence keeps what was heard, and closes the sentence in preparation', async () => {
    const { clock, link, mind, voice } = scene()
    voice.failing = (index) => index === 1
    mind.write('One two three four. ', 'Five six seven eight. ', 'Nine ten eleven twelve. ')
    await clock.advance(3_000)
    expect(link.story.slice(3)).toEqual(['say One two three four.', 'audio×3', `say ${apology}`, 'audio×3', 'tts stop'])
    expect(mind.heard[0]?.text).toBe('One two three four.')
    expect(voice.speeches.every(({ feed }) => feed.closed)).toBe(true)
  })

  test('of the voice in the middle of a sentence records less than the sentence', async () => {
    const { clock, mind, voice } = scene(question, saying('One two three four. '))
    voice.frames = undefined
    await clock.advance(10)
    voice.speeches[0]?.feed.emit(Uint8Array.of(1), Uint8Array.of(2))
    await clock.advance(200)
    voice.frames = 3
    voice.speeches[0]?.feed.fail(new Error('no voice'))
    await clock.advance(2_000)
    expect(mind.heard[0]?.text).toBe('One two')
  })

  test('that cannot even be told is shown, with time to read it, and then the device stops', async () => {
    const { clock, link, voice, startedAt } = scene(question, saying('One two three four. '))
    voice.failing = (index) => index > 0
    voice.frames = undefined
    await clock.advance(10)
    voice.speeches[0]?.feed.emit(...Array.from({ length: 4 }, () => Uint8Array.of(1)))
    await clock.advance(100)
    voice.speeches[0]?.feed.fail(new Error('no voice'))
    await clock.advance(3_000)
    expect(link.story.slice(-2)).toEqual(['alert', 'tts stop'])
    const [shownAt = 0] = link.timesOf('alert')
    expect(shownAt).toBe(startedAt + 110)
    expect(link.timesOf('tts stop')).toEqual([shownAt + 2_000])
  })

  test('can be interrupted while it is told: nothing of the apology is recorded', async () => {
    const { clock, link, mind, turn } = scene()
    mind.last.feed.fail(new Error('no mind'))
    await clock.advance(250)
    expect(link.count('audio')).toBeGreaterThan(0)
    turn.stop('abort')
    expect(mind.heard).toEqual([{ turnId, deviceId, text: '', interrupted: true }])
    await clock.advance(1_000)
    expect(link.count('tts stop')).toBe(1)
    expect(link.count('alert')).toBe(0)
  })
})
