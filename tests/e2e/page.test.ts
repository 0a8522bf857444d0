import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startPlatform, type Platform } from '../platform.ts'
import { openApi, password, signUp } from './api.ts'
import { openBrowser } from './browser.ts'

// A real page, from another origin than the API, with the client package as it is published.

const stack = new AsyncDisposableStack()
let platform: Platform
let page: Page
let stranger: Page
let complaints: string[]

const client = dirname(dirname(fileURLToPath(import.meta.resolve('@parley/client'))))
const { resolve } = createRequire(join(client, 'package.json'))
const imports = {
  '@parley/client': '/client/index.js',
  'openapi-fetch': '/openapi-fetch/index.mjs',
  'eventsource-parser/stream': '/eventsource-parser/stream.js',
}

/** Serves an empty page that finds the client's modules where a bundler would. Gives its origin. */
async function servePage(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'parley-page-'))
  stack.defer(() => rm(dir, { recursive: true, force: true }))
  const compiler = join(dirname(resolve('typescript/package.json')), 'bin/tsc')
  execFileSync(process.execPath, [compiler, '-p', join(client, 'tsconfig.build.json'), '--outDir', join(dir, 'client')])
  const folders: Record<string, string> = {
    client: join(dir, 'client'),
    'openapi-fetch': dirname(resolve('openapi-fetch/dist/index.mjs')),
    'eventsource-parser': dirname(resolve('eventsource-parser/stream')),
  }
  const html = `<!doctype html><title>A page</title><script type="importmap">${JSON.stringify({ imports })}</script>`
  const server = createServer((request, response) => {
    const [, folder = '', name = ''] = /^\/([\w-]+)\/([\w.-]+)$/.exec(request.url ?? '') ?? []
    if (folder === '') return void response.writeHead(200, { 'content-type': 'text/html' }).end(html)
    readFile(join(folders[folder] ?? dir, name)).then(
      (text) => response.writeHead(200, { 'content-type': 'text/javascript' }).end(text),
      () => response.writeHead(404).end(),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  stack.defer(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

beforeAll(async () => {
  const [allowed, other] = [await servePage(), await servePage()]
  platform = stack.use(await startPlatform({ CORS_ORIGINS: allowed }))
  await signUp(openApi(platform.apiUrl), 'ada')
  const browser = stack.use(await openBrowser())
  const open = async (origin: string) => {
    const opened = await browser.newPage()
    await opened.goto(origin)
    return opened
  }
  ;[page, stranger] = [await open(allowed), await open(other)]
  complaints = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
}, 60_000)
afterAll(() => stack.disposeAsync())

/** Runs a module in the page, with `api` for where the API is; gives what it returns. */
function run<T>(where: Page, body: string): Promise<T> {
  const source = `import { createParleyClient } from '@parley/client'
    export const result = await (async (api) => { ${body} })(${JSON.stringify(platform.apiUrl)})`
  // As text: the test runner would rewrite an import of its own.
  const blob = `new Blob([${JSON.stringify(source)}], { type: 'text/javascript' })`
  return where.evaluate<T>(`import(URL.createObjectURL(${blob})).then(({ result }) => result)`)
}

const logIn = `
  const open = createParleyClient({ baseUrl: api })
  const login = await open.POST('/api/user/login', { body: { username: 'ada', password: '${password}' } })
  const { token } = login.data.data
  const client = createParleyClient({ baseUrl: api, token })`

test('logs in and asks', async () => {
  const made = await run(
    page,
    `${logIn}
    const made = await client.POST('/api/v1/agents', { body: { name: 'Ada', prompt: 'Be Ada.' } })
    return { name: made.data.name, requestId: made.response.headers.get('x-request-id'), left: made.response.headers.get('ratelimit') }`,
  )
  expect(made).toEqual({
    name: 'Ada',
    requestId: expect.stringMatching(/./) as string,
    left: expect.stringMatching(/^"general"/) as string,
  })
})

test('hears an answer as it is made, and takes it up where it stopped', async () => {
  const heard = await run<{ text: string; again: string; asked: number }>(
    page,
    `${logIn}
    let asked = 0
    // A network that breaks after the third event of the first answer.
    const breaking = async (...given) => {
      const response = await fetch(...given)
      if (asked++ > 0) return response
      let events = 0
      const cut = new TransformStream({
        transform: (chunk, controller) => {
          controller.enqueue(chunk)
          events += new TextDecoder().decode(chunk).split('\\n\\n').length - 1
          if (events >= 3) controller.error(new Error('cut'))
        },
      })
      return new Response(response.body.pipeThrough(cut), response)
    }
    const own = createParleyClient({ baseUrl: api, token, fetch: breaking })
    let text = ''
    for await (const part of own.ask({ text: 'say one two three four five six' })) text += part.text ?? ''
    const { data } = await client.GET('/api/v1/conversations')
    const { conversationId } = data.conversations[0]
    const read = await client.GET('/api/v1/conversations/{conversationId}', { params: { path: { conversationId } } })
    return { text, again: read.data.messages.at(-1).text, asked }`,
  )
  expect(heard.text).toMatch(/one two three four five six/i)
  expect(heard.again).toBe(heard.text)
  expect(heard.asked).toBeGreaterThan(1)
})

test('follows what happens over a WebSocket', async () => {
  const told = await run<string>(
    page,
    `${logIn}
    return new Promise((resolve) => {
      let text = ''
      const app = client.openAppSocket({
        onConnected: async () => { for await (const part of client.ask({ text: 'say good evening' })) ; },
        onUpdate: (update) => {
          if (update.type !== 'message' || update.message.role !== 'assistant') return
          app.close()
          resolve(update.message.text)
        },
      })
    })`,
  )
  expect(told).toMatch(/good evening/i)
})

test('uploads a picture, and shows it', async () => {
  const shown = await run<{ status: number; width: number }>(
    page,
    `${logIn}
    const canvas = new OffscreenCanvas(32, 8)
    canvas.getContext('2d').fillRect(0, 0, 8, 8)
    const form = new FormData()
    form.set('file', await canvas.convertToBlob({ type: 'image/png' }), 'a.png')
    const uploaded = await client.POST('/files/upload', { body: {}, bodySerializer: () => form })
    const image = new Image()
    // Links name the address that the installation is known by; the path is the same here.
    const { pathname, search } = new URL(uploaded.data.url, api)
    image.src = api + pathname + search
    await image.decode()
    return { status: uploaded.response.status, width: image.naturalWidth }`,
  )
  expect(shown).toEqual({ status: 201, width: 32 })
})

test('complains about nothing', () => {
  expect(complaints).toEqual([])
})

test('a page of an origin that is not on the list gets nothing', async () => {
  const tried = await run<{ fetched: string; code: number }>(
    stranger,
    `
    const fetched = await fetch(api + '/livez').then(() => 'answered', () => 'refused')
    const socket = new WebSocket(api.replace('http', 'ws') + '/ws/app')
    return { fetched, code: await new Promise((resolve) => (socket.onclose = ({ code }) => resolve(code))) }`,
  )
  expect(tried).toEqual({ fetched: 'refused', code: 1006 })
})
