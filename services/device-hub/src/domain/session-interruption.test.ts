import type { DeviceSettings } from '@parley/contracts'
import { describe, expect, test } from 'vitest'
import { sessionScene } from '../../test/session-scene.ts'
import { settle } from '../../test/virtual-clock.ts'

/** A realtime device that is being answered at length, and listened to meanwhile. */
async function talking(given: { aec?: boolean; settings?: DeviceSettings } = {}) {
  const scene = sessionScene({ ...(given.settings && { settings: given.settings }) })
  const { clock, ears, mind, voice, hello, listen, ready } = scene
  mind.script = ['One two three four. ', 'Five six seven eight. ']
  voice.frames = 50
  hello({ aec: given.aec ?? true })
  listen('realtime')
  await ready()
  ears.hear('tell me')
  await clock.advance(1_000)
  const audio = () => scene.link.count('audio')
  const speak = async () => {
    ears.last.feed.emit({ type: 'ready' }, { type: 'speech-start' })
    await settle()
  }
  return { ...scene, audio, speak }
}

describe('somebody talks while a realtime device speaks', () => {
  test('it falls silent at once, stops when it is words, and the new words are answered', async () => {
    const { clock, link, ears, mind, audio, speak } = await talking()
    expect(ears.listenings).toHaveLength(2)
    await speak()
    const before = audio()
    await clock.advance(500)
    expect(audio()).toBe(before)
    expect(link.count('tts stop')).toBe(0)
    ears.last.feed.emit({ type: 'partial', text: 'wait a' })
    await settle()
    expect(link.count('tts stop')).toBe(1)
    ears.hear('wait a moment')
    await clock.advance(500)
    expect(link.story.filter((line) => /^(stt|tts)/.test(line))).toEqual([
      'stt tell me',
      'tts start',
      'tts stop',
      'stt wait a moment',
      'tts start',
    ])
    expect(mind.heard[0]).toMatchObject({ interrupted: true, text: expect.stringMatching(/^One/) as string })
  })

  test('without partials it is believed after a while', async () => {
    const { clock, link, speak } = await talking()
    await speak()
    await clock.advance(1_490)
    expect(link.count('tts stop')).toBe(0)
    await clock.advance(20)
    expect(link.count('tts stop')).toBe(1)
  })

  test.each(['', 'mhm'])('a false alarm (%j): it goes on where it stood, and listens on', async (heard) => {
    const { clock, link, ears, mind, audio, speak, ready } = await talking()
    await speak()
    const before = audio()
    await clock.advance(300)
    ears.last.feed.emit({ type: 'partial', text: heard })
    ears.hear(heard)
    await settle()
    await ready()
    await clock.advance(8_000)
    expect(audio()).toBe(100)
    expect(audio()).toBeGreaterThan(before)
    expect(link.count('tts stop')).toBe(1)
    expect(mind.heard).toMatchObject([{ interrupted: false, text: 'One two three four. Five six seven eight.' }])
    expect(ears.listenings).toHaveLength(3)
  })

  test('recognition that fails meanwhile interrupts nothing, and is tried again afterwards', async () => {
    const { clock, link, ears, audio, speak } = await talking()
    await speak()
    for (let attempt = 0; attempt < 2; attempt++) {
      ears.last.feed.fail(new Error('deaf'))
      await settle()
    }
    await clock.advance(8_000)
    expect(audio()).toBe(100)
    expect(link.count('tts start')).toBe(1)
    expect(ears.listenings.length).toBe(4)
  })

  test('an abort while it stands still ends it, once', async () => {
    const { clock, link, abort, speak } = await talking()
    await speak()
    abort()
    await clock.advance(3_000)
    expect(link.count('tts stop')).toBe(1)
  })

  test('where the owner does not want that, it speaks to its end and then listens', async () => {
    const { clock, ears, mind, audio } = await talking({ settings: { bargeIn: false } })
    expect(ears.listenings).toHaveLength(1)
    await clock.advance(8_000)
    expect(audio()).toBe(100)
    expect(mind.heard).toMatchObject([{ interrupted: false }])
    expect(ears.listenings).toHaveLength(2)
  })
})

describe('a device that hears itself', () => {
  test('is not taken for its user', async () => {
    const { clock, ears, mind, audio, speak } = await talking({ aec: false })
    await speak()
    ears.last.feed.emit({ type: 'partial', text: 'one two three' })
    ears.hear('one two three four')
    await clock.advance(8_000)
    expect(mind.replies).toHaveLength(1)
    expect(audio()).toBe(100)
  })

  test('unless it takes its own voice out: then somebody repeats it', async () => {
    const { clock, ears, mind, speak } = await talking({ aec: true })
    await speak()
    ears.hear('one two three four')
    await clock.advance(500)
    expect(mind.replies).toHaveLength(2)
  })

  test('in auto mode only right after it spoke', async () => {
    const { clock, ears, mind, hello, listen, ready, detect } = sessionScene()
    hello()
    detect('count')
    await clock.advance(2_000)
    listen('auto')
    await ready()
    ears.last.feed.emit({ type: 'speech-start' })
    await settle()
    ears.hear('one two three four')
    await clock.advance(500)
    expect(mind.replies.map(({ input }) => input.text)).toEqual(['count', 'one two three four'])
  })
})

test('the silence that ends an utterance follows what was heard so far', async () => {
  const { ears, manner, hello, listen, ready } = sessionScene()
  hello()
  listen('auto')
  await ready()
  for (const text of ['turn', 'turn on the', 'turn on the', 'turn on the light.'])
    ears.last.feed.emit({ type: 'partial', text })
  await settle()
  expect(ears.sentTo(0)).toEqual(['limit 900', 'limit 200'])
  manner.adaptiveSilence = false
  listen('auto')
  await ready()
  ears.last.feed.emit({ type: 'partial', text: 'turn on the' })
  await settle()
  expect(ears.sentTo(1)).toEqual([])
})
