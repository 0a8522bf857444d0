import { once } from 'node:events'
import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { afterEach, expect, test } from 'vitest'
import { sendEvents, type ServerEvent } from '../src/http/event-stream.ts'

const stack: (() => void)[] = []
afterEach(() => stack.splice(0).forEach((close) => close()))

/** A server that answers everything with these events. */
async function serve(events: (signal: AbortSignal) => AsyncIterable<ServerEvent>, commentEveryMs?: number) {
  const ended = Promise.withResolvers<unknown>()
  const app = express()
  app.get('/', (_request, response) => {
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    const settings = { signal: gone.signal, ...(commentEveryMs !== undefined && { commentEveryMs }) }
    sendEvents(response, events(gone.signal), settings).then(
      () => ended.resolve(undefined),
      (error: unknown) => ended.resolve(error),
    )
  })
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  stack.push(() => server.close())
  return { port: (server.address() as AddressInfo).port, ended: ended.promise }
}

test('while nothing happens, comments keep the connection', async () => {
  const gate = Promise.withResolvers<void>()
  const { port } = await serve(async function* () {
    yield { data: 1 }
    await gate.promise
    yield { data: 2 }
  }, 5)
  const response = await fetch(`http://127.0.0.1:${port}/`)
  let text = ''
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk
    if (text.split(': still here\n\n').length > 3) gate.resolve()
  }
  expect(text.replaceAll(': still here\n\n', '')).toBe('data: 1\n\ndata: 2\n\n')
})

test('who reads slowly slows whoever makes the events; who leaves ends it', async () => {
  let made = 0
  let returned = false
  const large = 'x'.repeat(64 * 1024)
  const { port, ended } = await serve(async function* () {
    try {
      for (;;) {
        made++
        yield { data: large }
      }
    } finally {
      returned = true
    }
  })
  const socket = connect({ port, host: '127.0.0.1' })
  socket.pause()
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  // It stops by itself when the buffers between are full: as long as it goes on, this goes on.
  let before: number
  do {
    before = made
    await new Promise((resolve) => setTimeout(resolve, 50))
  } while (made !== before || made === 0)
  expect(made).toBeLessThan(1_000)
  socket.destroy()
  await ended
  expect(returned).toBe(true)
})
