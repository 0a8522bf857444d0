import { Problem } from '@parley/contracts'
import { describe, expect, test } from 'vitest'
import { deviceId, question, saying, settings, turnId, turnScene as scene } from '../../test/turn-scene.ts'

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
    const { clock, voice } = scene(
      question,
      saying('Sentence number one. Sentence number two. Sentence number three. '),
    )
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
    const { clock, link, voice } = scene(
      question,
      saying('**Good** `morning` to you. \n---\n', '- First [link](http://a.b) here.\n'),
    )
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
    // The timers of the first and of the last frame are late, and nothing in between.
    expect(audio.at(-1)! - startedAt).toBe(100 + (999 - 3) * 60 + 2 * 7)
    expect(link.count('tts stop')).toBe(1)
    expect(mind.heard[0]?.text).toBe(sentences.map((sentence) => sentence.trim()).join(' '))
  })
})

test.each([
  ['en-US', 'Sorry, there are not enough credits left for an answer. Please top up in the app.'],
  ['zh-CN', '抱歉，积分不够了，请在应用里充值后再试。'],
])('who has no credits left is told so, in the language heard: %s', async (language, told) => {
  const { clock, link, mind } = scene({ ...question, language })
  mind.last.feed.fail(new Problem('insufficient-credits', 'too few'))
  await clock.advance(10_000)
  expect(link.story.filter((line) => line.startsWith('say')).join(' ')).toContain(told.slice(0, 20))
  expect(link.count('tts stop')).toBe(1)
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
