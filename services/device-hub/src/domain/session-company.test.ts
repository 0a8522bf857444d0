import { expect, test } from 'vitest'
import { deviceId, sessionScene } from '../../test/session-scene.ts'

const ownerId = '019aa3c0-0000-7000-8000-0000000000aa'

test('what is heard, who said it and what is answered are one turn, of whoever owns the device', async () => {
  const { clock, ears, mind, voice, hello, listen, ready } = sessionScene({ ownerId })
  hello()
  listen('auto')
  await ready()
  const { recording, ownerId: of } = ears.last.input
  expect([of, recording]).toEqual([ownerId, { turnId: expect.any(String) as string, deviceId, ownerId }])
  ears.last.feed.emit({
    type: 'final',
    text: 'hello',
    provider: 'fake',
    speechMs: 500,
    recognitionMs: 20,
    speaker: 'Ada',
  })
  await clock.advance(3_000)
  expect(mind.replies[0]?.input).toMatchObject({ turnId: recording?.turnId, speaker: 'Ada', ownerId })
  expect(voice.speeches[0]?.input.recording).toEqual(recording)
})

test('of a device that is nobody’s nothing is kept', async () => {
  const { clock, ears, voice, hello, listen, ready } = sessionScene()
  hello()
  listen('auto')
  await ready()
  expect(ears.last.input.recording).toBeUndefined()
  ears.hear('hello')
  await clock.advance(3_000)
  expect(voice.speeches[0]?.input.recording).toBeUndefined()
})

test('words are said as the agent wants them, and what is said again and again is kept', async () => {
  const replacements = [{ from: 'Parley', to: 'par-lay' }]
  const { clock, ears, voice, hello, detect, listen, ready } = sessionScene({ greeting: 'I am Parley.', replacements })
  hello()
  detect('hey parley')
  listen('auto')
  await clock.advance(3_000)
  expect(voice.speeches[0]?.input).toMatchObject({ text: 'I am Parley.', replacements, fixed: true })
  await ready()
  ears.hear('hello')
  await clock.advance(3_000)
  const answer = voice.speeches.at(-1)?.input
  expect(answer).toMatchObject({ replacements })
  expect(answer?.fixed).toBeUndefined()
})
