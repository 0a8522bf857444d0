import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createVendorFetch } from './vendor-fetch.ts'

type Asked = { method: string; headers: IncomingMessage['headers']; body: Buffer; port: number | undefined }

const asked: Asked[] = []
const closed = Promise.withResolvers<void>()
let answer: (response: ServerResponse) => void
const server = createServer((request, response) => {
  request.socket.once('close', () => closed.resolve())
  void buffer(request).then((body) => {
    asked.push({ method: request.method ?? '', headers: request.headers, body, port: request.socket.remotePort })
    answer(response)
  })
})
let url: string
const vendorFetch = createVendorFetch()

beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/things`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

test('sends what it is given, and answers with status, headers and body, over one connection', async () => {
  answer = (response) =>
    response.writeHead(429, { 'retry-after': '3', 'content-type': 'application/json' }).end('{"no":1}')
  const init = { method: 'POST', headers: { authorization: 'Bearer k' }, body: '{"a":1}' }
  const first = await vendorFetch(url, init)
  expect(first).toMatchObject({ ok: false, status: 429, url })
  expect(first.headers.get('Retry-After')).toBe('3')
  expect(await first.json()).toEqual({ no: 1 })
  // A connection is free again only when the turn of the event loop in which its answer ended is over.
  await new Promise(setImmediate)
  expect(await (await vendorFetch(url, init)).text()).toBe('{"no":1}')
  const [one, two] = asked.slice(-2)
  expect(one).toMatchObject({ method: 'POST', headers: { authorization: 'Bearer k' } })
  expect(one?.body.toString()).toBe('{"a":1}')
  expect(two?.port).toBe(one?.port)
})

test('sends a form as servers read it', async () => {
  answer = (response) => response.end()
  const form = new FormData()
  form.append('model', 'whisper')
  form.append('file', new File([Uint8Array.of(0, 255, 13, 10)], 'a "b".wav', { type: 'audio/wav' }))
  await vendorFetch(url, { method: 'POST', body: form })
  const { headers, body } = asked.at(-1)!
  const read = await new Response(new Uint8Array(body), {
    headers: { 'content-type': headers['content-type'] ?? '' },
  }).formData()
  expect(read.get('model')).toBe('whisper')
  const file = read.get('file') as File
  expect({ name: file.name, type: file.type }).toEqual({ name: 'a "b".wav', type: 'audio/wav' })
  expect(new Uint8Array(await file.arrayBuffer())).toEqual(Uint8Array.of(0, 255, 13, 10))
})

test('gives a body piece by piece, and hangs up when it is aborted', async () => {
  answer = (response) => response.write('one')
  const abort = new AbortController()
  const response = await vendorFetch(url, { signal: abort.signal })
  const pieces = (response.body as unknown as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]()
  expect(Buffer.from((await pieces.next()).value as Uint8Array).toString()).toBe('one')
  abort.abort()
  await expect(pieces.next()).rejects.toThrow()
  await closed.promise
})

test('says when nobody is there', async () => {
  await expect(vendorFetch('http://127.0.0.1:9/')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
})
