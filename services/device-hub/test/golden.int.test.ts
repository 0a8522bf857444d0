import type { DeviceEvent, VirtualDevice } from '@parley/testkit/device'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { finished, openRealScene, says, silence, silentPackets, started, text, type RealScene } from './real-scene.ts'

/** Whole conversations as firmware has them: what it sends and gets, in order. The camera is in vision.int.test.ts. */
const stack = new AsyncDisposableStack()
let scene: RealScene

beforeAll(async () => void (scene = stack.use(await openRealScene())))
afterAll(() => stack.disposeAsync())
afterEach(() => {
  scene.behind.frames = 3
  scene.behind.manner = {}
  scene.behind.partials = false
})

/** What came, in short words; a run of audio is one. */
function trace(events: readonly DeviceEvent[]): string[] {
  const words = events.map((event) => {
    if (event.kind === 'audio') return 'audio'
    if (event.kind === 'close') return `close ${event.code}`
    const { state, text: said, payload } = event.body
    if (event.type === 'mcp') return (payload as { method?: string }).method ?? 'mcp'
    return [event.type, state ?? (event.type === 'stt' ? said : undefined)].filter(Boolean).join(' ')
  })
  return words.filter((word, index) => word !== 'audio' || words[index - 1] !== 'audio')
}
const listen = (connection: VirtualDevice, mode: string) => connection.send({ type: 'listen', state: 'start', mode })
const utter = (connection: VirtualDevice, words: string) => {
  connection.sendAudio(says(words))
  for (let packet = 0; packet < silentPackets; packet++) connection.sendAudio(silence)
}
const reply = ['tts start', 'llm', 'tts sentence_start', 'audio', 'tts sentence_start', 'audio', 'tts stop']
const stopOf = (connection: VirtualDevice, from = 0) => connection.message('tts', { state: 'stop' }, { from })

test('A: wake word, auto mode, and a second question', async () => {
  const tools = { 'self.lamp': { description: 'The lamp', run: () => 'true' } }
  await using connection = await scene.connect({ tools })
  for (let packet = 0; packet < 33; packet++) connection.sendAudio(says('wake'))
  connection.send({ type: 'listen', state: 'detect', text: '你好小智' })
  listen(connection, 'auto')
  utter(connection, 'first')
  await stopOf(connection)
  const from = connection.position
  listen(connection, 'auto')
  utter(connection, 'second')
  await stopOf(connection, from)
  const all = trace(connection.log.events)
  expect(all[0]).toBe('hello')
  expect(all.filter((word) => word.includes('/') || word === 'initialize')).toEqual([
    'initialize',
    'notifications/initialized',
    'tools/list',
  ])
  expect(all.filter((word) => word !== 'hello' && word !== 'initialize' && !word.includes('/'))).toEqual([
    'stt first',
    ...reply,
    'stt second',
    ...reply,
  ])
})

test('B: push to talk', async () => {
  await using connection = await scene.connect()
  listen(connection, 'manual')
  connection.sendAudio(says('lights on'))
  connection.send({ type: 'listen', state: 'stop' })
  await stopOf(connection)
  expect(trace(connection.log.events)).toEqual(['hello', 'stt lights on', ...reply])
})

test('C: a click interrupts', async () => {
  scene.behind.frames = 200
  await using connection = await scene.connect()
  listen(connection, 'auto')
  utter(connection, 'a long story')
  await connection.audio()
  connection.send({ type: 'abort' })
  await stopOf(connection)
  scene.behind.frames = 3
  const from = connection.position
  listen(connection, 'auto')
  utter(connection, 'a short one')
  await stopOf(connection, from)
  const all = trace(connection.log.events)
  expect(all).toEqual(['hello', 'stt a long story', ...reply.slice(0, 4), 'tts stop', 'stt a short one', ...reply])
})

test('D: the wake word interrupts; its stop comes before anything new', async () => {
  scene.behind.frames = 200
  await using connection = await scene.connect()
  listen(connection, 'auto')
  utter(connection, 'a long story')
  await connection.audio()
  connection.send({ type: 'abort', reason: 'wake_word_detected' })
  listen(connection, 'auto')
  scene.behind.frames = 3
  utter(connection, 'stop that')
  await connection.message('stt', { text: 'stop that' })
  await stopOf(connection, connection.position)
  const all = trace(connection.log.events)
  expect(all.filter((word) => /^(stt|tts (start|stop))/.test(word))).toEqual([
    'stt a long story',
    'tts start',
    'tts stop',
    'stt stop that',
    'tts start',
    'tts stop',
  ])
})

test('E: somebody talks while a realtime device speaks', async () => {
  scene.behind.frames = 200
  scene.behind.partials = true
  await using connection = await scene.connect()
  listen(connection, 'realtime')
  utter(connection, 'a long story')
  await connection.audio()
  connection.sendAudio(says('no'))
  connection.sendAudio(says('the weather'))
  await stopOf(connection)
  const stopped = connection.position
  scene.behind.frames = 3
  for (let packet = 0; packet < silentPackets; packet++) connection.sendAudio(silence)
  await connection.message('stt', { text: 'no the weather' })
  await stopOf(connection, stopped)
  expect(trace(connection.log.events.slice(stopped))).toEqual(['stt no the weather', ...reply])
})

test('F: nobody is there: a farewell, and the server closes', async () => {
  const brief = await scene.openHub({ DEVICE_IDLE_CLOSE_MS: '500' })
  // The manner is read with the first connection; until then the place's own counts.
  scene.behind.manner = { farewell: 'See you soon.' }
  const first = await scene.connect({ hub: brief })
  await first.closed()
  await using connection = await scene.connect({ hub: brief })
  listen(connection, 'auto')
  expect(await connection.closed()).toMatchObject({ code: 1000, reason: 'idle' })
  expect(trace(connection.log.events)).toEqual([
    'hello',
    'tts start',
    'tts sentence_start',
    'audio',
    'tts stop',
    'close 1000',
  ])
})

test('an exit phrase ends the conversation with the farewell', async () => {
  scene.behind.manner = { farewell: 'Bye.', exitPhrases: ['good bye'] }
  const polite = await scene.openHub()
  await using first = await scene.connect({ hub: polite })
  first.send({ type: 'listen', state: 'detect', text: 'hello' })
  await stopOf(first)
  await using connection = await scene.connect({ hub: polite })
  listen(connection, 'auto')
  utter(connection, 'Good bye!')
  expect(await connection.closed()).toMatchObject({ code: 1000, reason: 'goodbye' })
  expect(trace(connection.log.events)).toEqual([
    'hello',
    'stt Good bye!',
    'tts start',
    'tts sentence_start',
    'audio',
    'tts stop',
    'close 1000',
  ])
})

test('a stage that fails: an apology, one stop, and the next question works', async () => {
  await using connection = await scene.connect()
  scene.behind.reply = () => {
    throw new Error('no model')
  }
  connection.send({ type: 'listen', state: 'detect', text: 'hi' })
  await stopOf(connection)
  scene.behind.reply = () => [started, text('One two three four. Five six seven eight.'), finished]
  const from = connection.position
  connection.send({ type: 'listen', state: 'detect', text: 'again' })
  await stopOf(connection, from)
  const apology = ['tts start', 'tts sentence_start', 'audio', 'tts stop']
  expect(trace(connection.log.events)).toEqual(['hello', 'stt hi', ...apology, 'stt again', ...reply])
})
