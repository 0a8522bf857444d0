import { describe, expect, test } from 'vitest'
import { countingIds, FakeEars } from '../../test/fakes.ts'
import { apology, question, saying, turnScene } from '../../test/turn-scene.ts'
import { settle, VirtualClock } from '../../test/virtual-clock.ts'
import { startListening } from './listening.ts'
import { patience } from './patience.ts'

describe('a stage that lives and hangs', () => {
  test('a mind without a word: an apology, and the mind is let go', async () => {
    const { clock, link, mind, turn } = turnScene()
    await clock.advance(patience.replyPartMs + 10)
    expect(mind.last.signal.aborted).toBe(true)
    await clock.advance(2_000)
    expect(link.story.some((told) => told.includes(apology))).toBe(true)
    expect((await turn.ended).problem).toMatchObject({ code: 'timeout' })
    expect(clock.pending).toBe(0)
  })

  test('a voice without a sound: the failure is shown, and the turn ends', async () => {
    const { clock, link, voice, turn } = turnScene(question, saying('One two three four. '))
    voice.frames = undefined
    await clock.advance(2 * patience.packetMs + 3_000)
    expect(link.story.slice(-2)).toEqual(['alert', 'tts stop'])
    expect((await turn.ended).problem).toMatchObject({ code: 'timeout' })
  })

  function listen() {
    const clock = new VirtualClock()
    const ears = new FakeEars()
    const failures: unknown[] = []
    const listening = startListening(
      {
        format: { sampleRateHz: 16_000, frameMs: 60 },
        endpointing: { mode: 'manual', silenceMs: 400, maxSpeechMs: 30_000 },
        early: [],
      },
      { ears, clock, newId: countingIds() },
      {
        onPartial: () => undefined,
        onSpeechStart: () => undefined,
        onHeard: () => undefined,
        onFailed: (error) => failures.push(error),
      },
    )
    return { clock, ears, failures, listening }
  }

  test('a recogniser that never gets ready: another one is asked, then it is over', async () => {
    const { clock, ears, failures } = listen()
    await clock.advance(patience.recognitionReadyMs + 10)
    expect(failures).toEqual([])
    await clock.advance(patience.recognitionReadyMs + 10)
    expect(failures).toMatchObject([{ code: 'timeout' }])
    expect(ears.last.signal.aborted).toBe(true)
    expect(clock.pending).toBe(0)
  })

  test('a recogniser that never finds the words', async () => {
    const { clock, ears, failures, listening } = listen()
    ears.last.feed.emit({ type: 'ready' })
    await settle()
    await clock.advance(10 * patience.transcriptMs)
    expect(failures).toEqual([])
    listening.finish()
    await clock.advance(patience.transcriptMs + 10)
    ears.last.feed.emit({ type: 'ready' })
    await clock.advance(patience.transcriptMs + 10)
    expect(failures).toMatchObject([{ code: 'timeout' }])
  })
})
