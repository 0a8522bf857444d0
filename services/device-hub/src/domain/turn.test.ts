import { describe, expect, test } from 'vitest'
import { FakeMind, FakeVoice, RecordingLink, settle, VirtualClock } from '../../test/fakes.ts'
import { startTurn, type TurnTask } from './turn.ts'

const settings = {
  format: { sampleRateHz: 24_000, frameMs: 60 },
  leadFrames: 3,
  firstAudioDelayMs: 100,
  stopMarginMs: 120,
} as const
const turnId = '019aa3c0-0000-7000-8000-0000000000aa'
const deviceId = 'aa:bb:cc:dd:ee:ff'
const question: TurnTask = { kind: 'reply', turnId, deviceId, text: 'hi', language: 'en', tools: [] }

function scene(task: TurnTask = question, prepare: (mind: FakeMind, voice: FakeVoice) => void = () => undefined) {
  const clock = new VirtualClock()
  const link = new RecordingLink(clock)
  const mind = new FakeMind()
  const voice = new FakeVoice()
  prepare(mind, voice)
  const startedAt = clock.now()
  const turn = startTurn(task, { link, mind, voice, clock, settings })
  return { clock, link, mind, voice, turn, startedAt }
}
const saying =
  (...script: string[]) =>
  (mind: FakeMind) => {
    mind.script = script
  }
const apology = 'Sorry, something went wrong. Please try again.'

describe('a reply', () => {
  test('is told in the order that devices need, and is recorded as heard', async () => {
    const { clock, link, mind, turn } = scene(question, saying('😂 One two three four. ', 'Five six seven eight.'))
    await clock.advance(2_000)
    expect(link.story).toEqual([
      'stt hi',
      'tts start',
      'llm funny',
      'say One two three four.',
      'audio×3',
      'say Five six seven eight.',
      'audio×3',
      'tts stop',
    ])
    expect(mind.heard).toEqual([
      { turnId, deviceId, text: 'One two three four. Five six seven eight.', interrupted: false },
    ])
    expect(await turn.ended).toMatchObject({ frames: 6, emotion: 'funny', interrupted: undefined })
  })

  test('leaves the device 100 ms after tts start, and does not stop before all of it has played', async () => {
    const { clock, link, startedAt, voice } = scene(question, saying('One two three four. '))
    voice.frames = 10
    await clock.advance(3_000)
    expect(link.timesOf('tts start')).toEqual([startedAt])
    const audio = link.timesOf('audio').map((at) => at - startedAt)
    expect(audio).toEqual([100, 100, 100, 100, 160, 220, 280, 340, 400, 460])
    expect(link.timesOf('tts stop')).toEqual([startedAt + 100 + 600 + settings.stopMarginMs])
  })

  test('goes to the mind with its tools, and to the voice with the voice of the agent', async () => {
    const tools = [{ name: 'lamp', description: '', inputSchema: {} }]
    const { clock, mind, voice } = scene({ ...question, tools })
    expect(mind.last.input).toEqual({ turnId, deviceId, text: 'hi', language: 'en', tools })
    mind.started('zh-CN')
    mind.write('一二三四。')
    await clock.advance(100)
    expect(voice.speeches[0]?.input).toMatchObject({ voice: { language: 'zh-CN' }, format: settings.format })
  })

  test('has exactly the next sentence prepared while one plays', async () => {
    const { clock, voice } = scene(question, saying('Sentence number one. Sentence number two. Sentence number three. '))
    voice.frames = 20
    await clock.advance(200)
    expect(voice.texts).toEqual(['Sentence number one.', 'Sentence number two.'])
    expect(voice.speeches[1]?.feed.started).toBe(true)
    await clock.advance(1_200)
    expect(voice.texts).toHaveLength(3)
  })

  test('does not make the mind wait for the loudspeaker', async () => {
    const { clock, mind } = scene()
    for (let index = 0; index < 50; index++) mind.write(`This is sentence number ${index}. `)
    mind.last.feed.end()
    await clock.advance(10)
    expect(mind.last.feed.closed).toBe(true)
  })

  test('of no words stops the device all the same', async () => {
    const { clock, link, mind } = scene(question, saying())
    await clock.advance(1_000)
    expect(link.story).toEqual(['stt hi', 'tts start', 'tts stop'])
    expect(mind.heard).toEqual([{ turnId, deviceId, text: '', interrupted: false }])
  })

  test('is spoken without markdown, and what is nothing but markdown is left out', async () => {
    const { clock, link, voice } = scene(question, saying('**Good** `morning` to you. \n---\n', '- First [link](http://a.b) here.\n'))
    await clock.advance(2_000)
    expect(voice.texts).toEqual(['Good morning to you.', 'First link here.'])
    expect(link.count('say Good morning to you.')).toBe(1)
  })

  test('keeps one clock from sentence to sentence, however long it is', async () => {
    const sentences = Array.from({ length: 40 }, (_item, index) => `Sentence with the number ${index}. `)
    const { clock, link, mind, voice, startedAt } = scene(question, saying(...sentences))
    voice.frames = 25
    clock.latenessMs = 7
    await clock.advance(80_000)
    const audio = link.timesOf('audio')
    expect(audio).toHaveLength(1_000)
    expect(audio.at(-1)! - startedAt).toBe(100 + (999 - 3) * 60 + 7)
    expect(link.count('tts stop')).toBe(1)
    expect(mind.heard[0]?.text).toBe(sentences.map((sentence) => sentence.trim()).join(' '))
  })
})

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

  test('that cannot even be told is shown, and the device stops when its buffer is played', async () => {
    const { clock, link, voice, startedAt } = scene(question, saying('One two three four. '))
    voice.failing = (index) => index > 0
    voice.frames = undefined
    await clock.advance(10)
    voice.speeches[0]?.feed.emit(...Array.from({ length: 4 }, () => Uint8Array.of(1)))
    await clock.advance(100)
    voice.speeches[0]?.feed.fail(new Error('no voice'))
    await clock.advance(2_000)
    expect(link.story.slice(-2)).toEqual(['alert', 'tts stop'])
    expect(link.timesOf('tts stop')).toEqual([startedAt + 100 + 4 * 60 + settings.stopMarginMs])
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

describe('what nobody asked for', () => {
  test('an announcement is said without a bubble of the user and is no part of the conversation', async () => {
    const { clock, link, mind, turn } = scene({ kind: 'announcement', turnId, text: 'The tea is ready.' })
    await clock.advance(2_000)
    expect(link.story).toEqual(['tts start', 'say The tea is ready.', 'audio×3', 'tts stop'])
    expect(mind.heard).toEqual([])
    expect((await turn.ended).frames).toBe(3)
  })

  test('a long announcement is said in pieces that a device can show', async () => {
    const text = Array.from({ length: 20 }, (_item, index) => `This is line ${index} of it.`).join(' ')
    const { clock, voice } = scene({ kind: 'announcement', turnId, text })
    await clock.advance(20_000)
    expect(voice.texts.join(' ')).toBe(text)
    expect(Math.max(...voice.texts.map((piece) => piece.length))).toBeLessThanOrEqual(160)
  })

  test('an apology is said in the language of the conversation', async () => {
    const { clock, link, voice, mind } = scene({ kind: 'apology', turnId, language: 'zh-CN' })
    await clock.advance(2_000)
    expect(link.story).toEqual(['tts start', 'say 抱歉，出了点问题，请再试一次。', 'audio×3', 'tts stop'])
    expect(voice.speeches[0]?.input.voice).toEqual({ language: 'zh-CN' })
    expect(mind.heard).toEqual([])
  })
})
