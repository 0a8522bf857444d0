import { once } from 'node:events'
import { connect } from 'node:net'
import OpenAI, { APIError, toFile } from 'openai'
import type { ChatCompletionChunk } from 'openai/resources/chat/completions'
import { describe, expect, test } from 'vitest'
import { encodeWav } from '../src/device/wav.ts'
import { loudness } from '../src/device/opus.ts'
import { startOpenAiFake, toTokens } from '../src/openai-fake/index.ts'

const model = 'any'
const messages = [{ role: 'user' as const, content: 'What time is it?' }]

function clientOf(baseURL: string, apiKey = 'key') {
  return new OpenAI({ baseURL, apiKey, maxRetries: 0 })
}

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = []
  for await (const item of stream) items.push(item)
  return items
}

const textOf = (chunks: ChatCompletionChunk[]) => chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')

describe('chat completions', () => {
  test('a stream has one identity, a role first, a finish, the usage last', async () => {
    await using fake = await startOpenAiFake({ chat: { text: '现在是 ten, I think.' } })
    const request = { model, messages, stream: true, stream_options: { include_usage: true } } as const
    const chunks = await collect(await clientOf(fake.baseUrl).chat.completions.create(request))
    expect(textOf(chunks)).toBe('现在是 ten, I think.')
    expect(new Set(chunks.map(({ id, created, object }) => `${id} ${created} ${object}`)).size).toBe(1)
    expect(chunks[0]?.choices[0]?.delta).toMatchObject({ role: 'assistant', content: '' })
    expect(chunks.at(-2)?.choices[0]).toMatchObject({ delta: {}, finish_reason: 'stop' })
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 8 } })
    expect(chunks.slice(0, -1).every(({ usage }) => usage === null)).toBe(true)
    expect(fake.requests[0]).toMatchObject({ kind: 'chat', apiKey: 'key', status: 200, body: { model, messages } })
    await fake.find(({ outcome }) => outcome === 'completed')
  })

  test('usage is not mentioned unless it is asked for', async () => {
    await using fake = await startOpenAiFake()
    const chunks = await collect(
      await clientOf(fake.baseUrl).chat.completions.create({ model, messages, stream: true }),
    )
    expect(chunks.some((chunk) => 'usage' in chunk)).toBe(false)
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('stop')
  })

  test('a plain answer is whole', async () => {
    await using fake = await startOpenAiFake({ chat: { text: 'Ten.', finishReason: 'length' } })
    const answer = await clientOf(fake.baseUrl).chat.completions.create({ model, messages })
    expect(answer.choices[0]).toMatchObject({
      finish_reason: 'length',
      message: { role: 'assistant', content: 'Ten.' },
    })
    expect(answer.usage?.total_tokens).toBe((answer.usage?.prompt_tokens ?? 0) + 2)
  })

  test('the script follows the request: a tool call, then words', async () => {
    const toolCalls = [
      { name: 'get_time', arguments: { zone: 'Europe/Berlin' } },
      { name: 'set_light', arguments: { on: true } },
    ]
    await using fake = await startOpenAiFake({
      chat: (body) => (body.messages.at(-1)?.role === 'tool' ? { text: 'It is ten.' } : { toolCalls }),
    })
    const client = clientOf(fake.baseUrl)
    const stream = client.chat.completions.stream({ model, messages })
    const choice = (await stream.finalChatCompletion()).choices[0]
    const calls = choice?.message.tool_calls ?? []
    expect(choice?.finish_reason).toBe('tool_calls')
    expect(choice?.message.content).toBeNull()
    expect(
      calls.map((call) => call.type === 'function' && [call.function.name, JSON.parse(call.function.arguments)]),
    ).toEqual(toolCalls.map((call) => [call.name, call.arguments]))
    const [first] = calls
    const answered = [
      ...messages,
      { role: 'assistant' as const, tool_calls: calls },
      { role: 'tool' as const, tool_call_id: first?.id ?? '', content: '10' },
    ]
    const chunks = await collect(await client.chat.completions.create({ model, messages: answered, stream: true }))
    expect(textOf(chunks)).toBe('It is ten.')
  })

  test('tokens come when they are due, not later and later', async () => {
    const tokens = Array.from({ length: 40 }, (_, index) => `${index} `)
    await using fake = await startOpenAiFake({ chat: { tokens, firstTokenMs: 60, tokenMs: 5 } })
    const startedAt = performance.now()
    const moments: number[] = []
    for await (const chunk of await clientOf(fake.baseUrl).chat.completions.create({ model, messages, stream: true })) {
      if (chunk.choices[0]?.delta.content) moments.push(performance.now() - startedAt)
    }
    const { receivedAt = 0, firstByteAt = 0, endedAt = 0 } = await fake.find(({ outcome }) => outcome === 'completed')
    expect(firstByteAt - receivedAt).toBeGreaterThanOrEqual(59)
    expect(moments[0]).toBeGreaterThanOrEqual(59)
    expect(endedAt - receivedAt).toBeGreaterThanOrEqual(254)
    expect(endedAt - receivedAt).toBeLessThan(254 + 100)
  })

  test('an error is thrown by the client as what it is', async () => {
    await using fake = await startOpenAiFake({
      chat: (_body, index) => (index === 0 ? { error: { status: 429, headers: { 'retry-after': '2' } } } : {}),
    })
    const client = clientOf(fake.baseUrl)
    const error = (await client.chat.completions
      .create({ model, messages })
      .catch((error: unknown) => error)) as APIError
    expect(error).toBeInstanceOf(OpenAI.RateLimitError)
    expect(error.code).toBe('rate_limit_exceeded')
    expect(error.headers?.get('retry-after')).toBe('2')
    expect((await client.chat.completions.create({ model, messages })).choices).toHaveLength(1)
  })

  test('a broken stream brings what came before', async () => {
    await using fake = await startOpenAiFake({ chat: { text: 'one two three four', breakAfterTokens: 2 } })
    const stream = await clientOf(fake.baseUrl).chat.completions.create({ model, messages, stream: true })
    let text = ''
    const reading = (async () => {
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? ''
    })()
    await expect(reading).rejects.toThrow()
    expect(text).toBe('one two')
    await fake.find(({ outcome }) => outcome === 'broken')
  })

  test('a client that leaves is noted', async () => {
    await using fake = await startOpenAiFake({ chat: { text: 'one two three four', stallAfterTokens: 2 } })
    const leave = new AbortController()
    const stream = await clientOf(fake.baseUrl).chat.completions.create(
      { model, messages, stream: true },
      { signal: leave.signal },
    )
    let text = ''
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? ''
      if (text === 'one two') leave.abort()
    }
    const leftAt = performance.now()
    const request = await fake.find(({ outcome }) => outcome === 'aborted')
    expect((request.endedAt ?? 0) - leftAt).toBeLessThan(1_000)
  })

  test('comments keep a silent stream open and are no chunks', async () => {
    await using fake = await startOpenAiFake({ chat: { text: 'late', firstTokenMs: 120, keepAliveMs: 20 } })
    const chunks = await collect(
      await clientOf(fake.baseUrl).chat.completions.create({ model, messages, stream: true }),
    )
    expect(textOf(chunks)).toBe('late')
    const [request] = fake.requests
    expect((request?.firstByteAt ?? 0) - (request?.receivedAt ?? 0)).toBeLessThan(110)
  })

  test('a silent server is left by its client', async () => {
    await using fake = await startOpenAiFake({ chat: { silent: true } })
    const client = new OpenAI({ baseURL: fake.baseUrl, apiKey: 'key', maxRetries: 0, timeout: 100 })
    await expect(client.chat.completions.create({ model, messages })).rejects.toThrow(OpenAI.APIConnectionTimeoutError)
    await fake.find(({ outcome }) => outcome === 'aborted')
  })
})

describe('transcriptions', () => {
  const sound = {
    samples: Int16Array.from({ length: 8_000 }, (_, index) => 3_000 * Math.sin(index / 5)),
    sampleRateHz: 16_000,
  }

  test('a WAV is read and answered', async () => {
    await using fake = await startOpenAiFake({ transcription: { text: 'what time is it', delayMs: 40 } })
    const file = await toFile(encodeWav(sound), 'speech.wav', { type: 'audio/wav' })
    const answer = await clientOf(fake.baseUrl).audio.transcriptions.create({ file, model, language: 'en' })
    expect(answer.text).toBe('what time is it')
    const request = await fake.find(({ outcome }) => outcome === 'completed')
    expect(request).toMatchObject({
      kind: 'transcription',
      body: { model, language: 'en', wav: { durationMs: 500, sampleRateHz: 16_000, channels: 1 } },
    })
    if (request.kind === 'transcription') expect(request.body?.wav.loudness).toBeGreaterThan(1_500)
    expect((request.firstByteAt ?? 0) - (request.receivedAt ?? 0)).toBeGreaterThanOrEqual(39)
  })

  test.each([
    ['something else', new Uint8Array(5_000)],
    ['a WAV that is cut off', encodeWav(sound).subarray(0, 4_000)],
    ['a WAV of a moment', encodeWav({ samples: sound.samples.subarray(0, 800), sampleRateHz: 16_000 })],
  ])('%s is refused', async (_name, bytes) => {
    await using fake = await startOpenAiFake()
    const file = await toFile(bytes, 'speech.wav')
    await expect(clientOf(fake.baseUrl).audio.transcriptions.create({ file, model })).rejects.toMatchObject({
      status: 400,
      param: 'file',
    })
  })
})

describe('speech', () => {
  const request = { model, voice: 'alloy', input: 'Hello there.' } as const

  test('PCM is speech of the wanted length', async () => {
    await using fake = await startOpenAiFake({ speech: { durationMs: 1_500, firstByteMs: 50 } })
    const answer = await clientOf(fake.baseUrl).audio.speech.create({ ...request, response_format: 'pcm' })
    const bytes = await answer.arrayBuffer()
    expect(bytes.byteLength).toBe(1_500 * 48)
    expect(loudness({ samples: new Int16Array(bytes), sampleRateHz: 24_000 })).toBeGreaterThan(500)
    const { firstByteAt = 0, receivedAt = 0 } = await fake.find(({ outcome }) => outcome === 'completed')
    expect(firstByteAt - receivedAt).toBeGreaterThanOrEqual(49)
  })

  test('WAV and Ogg Opus say what they are', async () => {
    await using fake = await startOpenAiFake({ speech: { durationMs: 2_100 } })
    const client = clientOf(fake.baseUrl)
    const wav = Buffer.from(
      await (await client.audio.speech.create({ ...request, response_format: 'wav' })).arrayBuffer(),
    )
    expect([wav.toString('latin1', 0, 4), wav.readUInt32LE(24), wav.length]).toEqual(['RIFF', 24_000, 44 + 2_100 * 48])
    const opus = Buffer.from(
      await (await client.audio.speech.create({ ...request, response_format: 'opus' })).arrayBuffer(),
    )
    expect(opus.toString('latin1').match(/OggS|OpusHead|OpusTags/g)).toEqual([
      'OggS',
      'OpusHead',
      'OggS',
      'OpusTags',
      'OggS',
      'OggS',
      'OggS',
    ])
  })

  test('paced sound takes its time', async () => {
    await using fake = await startOpenAiFake({ speech: { durationMs: 1_000, pace: 5 } })
    const startedAt = performance.now()
    const bytes = await (
      await clientOf(fake.baseUrl).audio.speech.create({ ...request, response_format: 'pcm' })
    ).arrayBuffer()
    expect(bytes.byteLength).toBe(1_000 * 48)
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(179)
  })

  test('MP3 is refused, also as the default', async () => {
    await using fake = await startOpenAiFake()
    await expect(clientOf(fake.baseUrl).audio.speech.create(request)).rejects.toMatchObject({
      status: 400,
      param: 'response_format',
    })
  })

  test('a break ends the sound early', async () => {
    await using fake = await startOpenAiFake({ speech: { durationMs: 1_000, pace: 100, breakAfterMs: 300 } })
    const answer = await clientOf(fake.baseUrl).audio.speech.create({ ...request, response_format: 'pcm' })
    await expect(answer.arrayBuffer()).rejects.toThrow()
    await fake.find(({ outcome }) => outcome === 'broken')
  })
})

describe('the edge', () => {
  test('models are listed, and when they are named there are no others', async () => {
    await using fake = await startOpenAiFake({ models: ['one'] })
    const client = clientOf(fake.baseUrl)
    expect((await client.models.list()).data.map(({ id }) => id)).toEqual(['one'])
    await expect(client.chat.completions.create({ model: 'two', messages })).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
    })
  })

  test('a wrong key, none, and a wrong address are refused', async () => {
    await using fake = await startOpenAiFake({ apiKey: 'right' })
    await expect(clientOf(fake.baseUrl, 'wrong').models.list()).rejects.toThrow(OpenAI.AuthenticationError)
    expect((await fetch(`${fake.baseUrl}/models`)).status).toBe(401)
    await expect(clientOf(fake.baseUrl, 'right').moderations.create({ model, input: 'x' })).rejects.toMatchObject({
      status: 404,
    })
  })

  test.each([
    ['model', { messages }],
    ['messages', { model }],
    ['messages[0].role', { model, messages: [{ content: 'x' }] }],
    ['messages[0].content', { model, messages: [{ role: 'user', content: null }] }],
    ['stream_options', { model, messages, stream_options: { include_usage: true } }],
    ['tools[0].function.name', { model, messages, tools: [{ type: 'function', function: { name: 'not a name' } }] }],
  ])('a request with a wrong %s is told so', async (param, body) => {
    await using fake = await startOpenAiFake()
    await expect(clientOf(fake.baseUrl).post('/chat/completions', { body })).rejects.toMatchObject({
      status: 400,
      param,
    })
    expect(fake.requests[0]).toMatchObject({ status: 400, body: undefined })
  })

  test('what is no JSON object is refused', async () => {
    await using fake = await startOpenAiFake()
    const post = (body: string, contentType: string) =>
      fetch(`${fake.baseUrl}/chat/completions`, {
        method: 'POST',
        body,
        headers: { authorization: 'Bearer key', 'content-type': contentType },
      })
    for (const [body, contentType] of [
      ['{', 'application/json'],
      ['[]', 'application/json'],
      ['{}', 'text/plain'],
    ] as const) {
      const response = await post(body, contentType)
      expect(response.status).toBe(400)
      expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error' } })
    }
  })

  test('a client that leaves in the middle of its request is noted', async () => {
    await using fake = await startOpenAiFake()
    const socket = connect(Number(new URL(fake.baseUrl).port), '127.0.0.1')
    await once(socket, 'connect')
    socket.write(
      'POST /v1/audio/speech HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer key\r\nContent-Length: 100\r\n\r\n{',
    )
    await fake.find(({ kind }) => kind === 'speech')
    socket.destroy()
    await fake.find(({ outcome }) => outcome === 'aborted')
  })
})

test('tokens joined are the text', () => {
  const text = "  Hello there, 你好！ It's 10:30.\n\nYes… "
  expect(toTokens(text).join('')).toBe(text)
  expect(toTokens('Hello there. How?')).toEqual(['Hello', ' there', '.', ' How', '?'])
})
