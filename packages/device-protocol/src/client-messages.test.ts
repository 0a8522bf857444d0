import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readClientMessage } from './client-messages.ts'

const read = (message: unknown) => readClientMessage(JSON.stringify(message))
const understood = (message: object) => ({ ok: true, message })
const helloOf = (fields: object) => read({ type: 'hello', ...fields })

describe('hello', () => {
  test('of a device says what it can and how it records', () => {
    const hello = {
      version: 1,
      features: { mcp: true, aec: true, glyph_push: false },
      transport: 'websocket',
      audio_params: { format: 'opus', sample_rate: 24_000, channels: 1, frame_duration: 20 },
    }
    expect(helloOf(hello)).toEqual(
      understood({ type: 'hello', mcp: true, aec: true, sampleRateHz: 24_000, frameMs: 20 }),
    )
  })

  const usual = understood({ type: 'hello', mcp: false, aec: false, sampleRateHz: 16_000, frameMs: 60 })
  test.each<[string, object]>([
    ['nothing else', {}],
    ['empty parts', { features: {}, audio_params: {} }],
    ['nulls', { features: null, audio_params: null }],
    ['features of the wrong type', { features: { mcp: 'yes', aec: 1 } }],
    ['a rate and a duration that Opus does not have', { audio_params: { sample_rate: 44_100, frame_duration: 33 } }],
    ['numbers as texts', { audio_params: { sample_rate: '24000', frame_duration: '20' } }],
  ])('with %s has the usual values', (_what, fields) => {
    expect(helloOf(fields)).toEqual(usual)
  })

  test.each([5, 10, 20, 40, 60, 80, 100, 120])('may have frames of %i ms', (duration) => {
    const frames = helloOf({ audio_params: { frame_duration: duration } })
    expect(frames).toMatchObject(understood({ type: 'hello', frameMs: duration, sampleRateHz: 16_000 }))
  })
})

describe('the messages of a device', () => {
  test.each<[object, object]>([
    [
      { type: 'listen', state: 'start', mode: 'auto' },
      { type: 'listen', state: 'start', mode: 'auto' },
    ],
    [
      { type: 'listen', state: 'start', mode: 'manual' },
      { type: 'listen', state: 'start', mode: 'manual' },
    ],
    [
      { type: 'listen', state: 'start', mode: 'realtime' },
      { type: 'listen', state: 'start', mode: 'realtime' },
    ],
    [
      { type: 'listen', state: 'start' },
      { type: 'listen', state: 'start', mode: 'auto' },
    ],
    [
      { type: 'listen', state: 'start', mode: 'whim' },
      { type: 'listen', state: 'start', mode: 'auto' },
    ],
    [
      { type: 'listen', state: 'stop' },
      { type: 'listen', state: 'stop' },
    ],
    [
      { type: 'listen', state: 'detect', text: '你好小智' },
      { type: 'listen', state: 'detect', text: '你好小智' },
    ],
    [
      { type: 'listen', state: 'detect' },
      { type: 'listen', state: 'detect', text: '' },
    ],
    [
      { type: 'abort', reason: 'wake_word_detected' },
      { type: 'abort', reason: 'wake_word_detected' },
    ],
    [{ type: 'abort' }, { type: 'abort' }],
    [{ type: 'abort', reason: 7 }, { type: 'abort' }],
    [
      { type: 'mcp', payload: { id: 1, result: {} } },
      { type: 'mcp', payload: { id: 1, result: {} } },
    ],
    [{ type: 'ping' }, { type: 'ping' }],
    [{ type: 'goodbye' }, { type: 'goodbye' }],
  ])('%j', (wire, message) => {
    expect(read(wire)).toEqual(understood(message))
    expect(read({ session_id: '', ...wire })).toEqual(understood(message))
    expect(readClientMessage(`\n\r\n ${JSON.stringify(wire)}\n`)).toEqual(understood(message))
  })
})

describe('a text that firmware did not escape', () => {
  const detect = (text: string) => `{"session_id":"s","type":"listen","state":"detect","text":"${text}"}`

  test.each(['say "hello" now', '"', 'C:\\data', 'two\nlines', '"}', ' {"type":"abort"} '])(
    'is still heard as a wake word: %j',
    (text) => {
      expect(readClientMessage(detect(text))).toEqual(understood({ type: 'listen', state: 'detect', text }))
    },
  )

  test('is still read as the error of a tool', () => {
    const head = '{"session_id":"s","type":"mcp","payload":{"jsonrpc":"2.0","id":7,"error":{"message":"'
    const error = { message: 'Unknown tool: "lamp"' }
    const payload = { jsonrpc: '2.0', id: 7, error }
    expect(readClientMessage(`${head}${error.message}"}}}`)).toEqual(understood({ type: 'mcp', payload }))
  })

  test.each(['"state":"detect","text":"', '"id":1,"error":{"message":"', '"text":"" } '])(
    'takes no time to give up on, however often it says %j',
    (piece) => {
      const startedAt = performance.now()
      expect(readClientMessage(piece.repeat(256_000 / piece.length)).ok).toBe(false)
      expect(performance.now() - startedAt).toBeLessThan(500)
    },
  )
})

describe('what is not understood', () => {
  test.each(['speak_ready', 'server', 'HELLO', '__proto__', 'constructor', ''])(
    'is ignorable when its type is %j',
    (type) => {
      expect(readClientMessage(`{"type":"${type}","state":"start"}`)).toMatchObject({ ok: false, ignorable: true })
    },
  )

  test('names an unknown type, but not at any length', () => {
    expect(read({ type: 'lamp' })).toMatchObject({ what: 'unknown type "lamp"' })
    expect(read({ type: 'x'.repeat(5_000) })).toMatchObject({ what: `unknown type "${'x'.repeat(40)}"` })
  })

  test.each<[string, string]>([
    ['hello?', 'not a JSON object'],
    ['', 'not a JSON object'],
    ['42', 'not a JSON object'],
    ['null', 'not a JSON object'],
    ['"text"', 'not a JSON object'],
    ['[]', '"type"'],
    ['{}', '"type"'],
    ['{"type":5}', '"type"'],
    ['{"type":"listen"}', 'state'],
    ['{"type":"listen","state":"dance"}', 'state'],
    ['{"type":"mcp"}', 'payload'],
    ['{"type":"mcp","payload":"text"}', 'payload'],
    ['{"type":"mcp","payload":[]}', 'payload'],
  ])('is told to the sender: %s lacks %s', (text, named) => {
    expect(readClientMessage(text)).toEqual({ ok: false, ignorable: false, what: expect.stringContaining(named) })
  })

  test('never throws', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => typeof readClientMessage(text).ok === 'boolean'))
  })
})

describe('the things of older firmware', () => {
  const speaker = {
    name: 'Speaker',
    description: 'The loudspeaker',
    properties: { volume: { description: 'How loud', type: 'number' } },
    methods: {
      SetVolume: { description: 'Sets it', parameters: { volume: { description: '0 to 100', type: 'number' } } },
    },
  }
  test('come one a message or all at once, with what they can do', () => {
    const described = { type: 'iot', update: true, descriptors: [speaker, { ...speaker, name: 'Lamp', methods: {} }] }
    const message = { type: 'iot', descriptors: [speaker, { ...speaker, name: 'Lamp', methods: {} }], states: [] }
    expect(read(described)).toEqual(understood(message))
  })
  test('tell how they are', () => {
    const states = [{ name: 'Speaker', state: { volume: 70 } }]
    expect(read({ type: 'iot', update: true, states })).toEqual(understood({ type: 'iot', descriptors: [], states }))
  })
  test('that make no sense are left out, the others stay', () => {
    const descriptors = [
      speaker,
      { name: 'a.b' },
      'lamp',
      null,
      { ...speaker, name: 'Bare', properties: 7, methods: [] },
    ]
    const bare = { ...speaker, name: 'Bare', properties: {}, methods: {} }
    expect(read({ type: 'iot', descriptors })).toEqual(
      understood({ type: 'iot', descriptors: [speaker, bare], states: [] }),
    )
    expect(read({ type: 'iot', descriptors: {}, states: 'no' })).toEqual(
      understood({ type: 'iot', descriptors: [], states: [] }),
    )
  })
})
