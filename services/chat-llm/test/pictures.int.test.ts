import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mcp, pictures, type PictureAspect } from '@parley/contracts'
import { openObjectStore, verifyFilePath, type ObjectStore } from '@parley/object-store'
import { createLogger, listen, Secret } from '@parley/service-kit'
import { callAs, newPerson } from '@parley/test-caller'
import { startViFake, type ViFake } from '@parley/testkit/aliyun-fake'
import { startComfyUiFake, type ComfyUiFake } from '@parley/testkit/comfyui-fake'
import { startOpenAiFake } from '@parley/testkit/openai-fake'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openChat, type ChatFixture } from './fixture.ts'

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=',
  'base64',
)
const workflow = {
  '3': { class_type: 'KSampler', inputs: { seed: '{{seed}}', steps: 20 } },
  '5': { class_type: 'EmptyLatentImage', inputs: { width: '{{width}}', height: '{{height}}' } },
  '6': { class_type: 'CLIPTextEncode', inputs: { text: 'masterpiece, {{prompt}}' } },
  '7': { class_type: 'CLIPTextEncode', inputs: { text: '{{avoid}}' } },
}
const answers: Record<string, unknown> = {
  TaggingImage: {
    Tags: [
      { Confidence: 91.5, Value: 'cup' },
      { Confidence: 140, Value: 'table' },
    ],
  },
  RecognizeScene: { Tags: [{ Confidence: 80, Value: 'kitchen' }] },
  DetectObject: { Width: 10, Height: 10, Elements: [{ Type: 'cup', Score: 0.75, Boxes: [1, 2, 4, 8] }] },
  RecognizeGeneral: JSON.stringify({ content: ' Exit here ', prism_wordsInfo: [] }),
  ScanImage: { Results: [{ SubResults: [{ Scene: 'porn', Suggestion: 'pass', Label: 'normal', Rate: 99 }] }] },
}
const blocked = { Results: [{ SubResults: [{ Scene: 'ad', Suggestion: 'block', Label: 'qrcode', Rate: 88 }] }] }

let vi: ViFake
let comfy: ComfyUiFake
let service: ChatFixture
let store: ObjectStore
let sees: (action: string) => { data: unknown } | { code: string }
const stack = new AsyncDisposableStack()
const person = newPerson()
const secret = 'signs-addresses-of-files-in-tests'

beforeAll(async () => {
  sees = (action) => ({ data: answers[action] })
  vi = stack.use(
    await startViFake({
      accessKeyId: 'id',
      accessKeySecret: 'secret',
      sees: (picture, action) => (Buffer.from(picture).equals(png) ? sees(action) : { code: 'InvalidImage.Content' }),
    }),
  )
  comfy = stack.use(await startComfyUiFake())
  const openai = stack.use(await startOpenAiFake({ apiKey: 'image-key' }))
  const folder = await mkdtemp(join(tmpdir(), 'parley-pictures-'))
  stack.defer(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'workflow.json'), JSON.stringify(workflow))
  // As a gateway serves them.
  const files = createServer((request, response) => {
    const key = verifyFilePath(request.url ?? '', { secret: new Secret(secret) })
    if (key === undefined) return void response.writeHead(403).end()
    void store.get(key).then((found) => found?.body.pipe(response))
  })
  const publicUrl = `http://127.0.0.1:${stack.use(await listen(files, 0, '127.0.0.1')).port}`
  service = stack.use(
    await openChat({
      ALIYUN_VI_ACCESS_KEY_ID: 'id',
      ALIYUN_VI_ACCESS_KEY_SECRET: 'secret',
      ALIYUN_VI_ENDPOINT: vi.url,
      IMAGE_BASE_URL: openai.baseUrl,
      IMAGE_API_KEY: 'image-key',
      IMAGE_MODEL: 'draws-1',
      IMAGE_MODERATION: 'on',
      COMFYUI_URL: comfy.url,
      COMFYUI_WORKFLOW: join(folder, 'workflow.json'),
      OBJECT_STORE_PUBLIC_URL: publicUrl,
    }),
  )
  const disk = { dir: service.corner.objectDir, urlSecret: new Secret(secret), publicUrl, timeoutMs: 5_000 }
  const log = createLogger({ service: 'test', level: 'silent' })
  store = stack.use(await openObjectStore({ provider: 'disk', ...disk }, { log }))
})
afterAll(() => stack.disposeAsync())

const keep = async (owner = person.userId) => {
  const object = { retention: 'temporary', name: 'a.png', contentType: 'image/png', body: png } as const
  return (await store.put({ ...object, metadata: { owner } })).key
}
const analyse = async (aspect: PictureAspect, imageKey?: string) => {
  const input = { imageKey: imageKey ?? (await keep()), aspect }
  return callAs(person, () => service.bus.request(pictures.analysePicture, input))
}
const draw = (prompt: string, more: object = {}, signal?: AbortSignal, at = service) =>
  callAs(person, async () => {
    const drawing = at.bus.stream(pictures.drawPicture, { prompt, ...more }, signal ? { signal } : {})
    const [drawn] = await Array.fromAsync(drawing)
    return drawn!
  })

describe('what a picture shows', () => {
  test.each<[PictureAspect, object]>([
    [
      'tags',
      {
        labels: [
          { name: 'cup', confidence: 0.915 },
          { name: 'table', confidence: 1 },
        ],
      },
    ],
    ['scene', { labels: [{ name: 'kitchen', confidence: 0.8 }] }],
    ['objects', { objects: [{ name: 'cup', confidence: 0.75, box: { x: 1, y: 2, width: 3, height: 6 } }] }],
    ['text', { text: 'Exit here' }],
    ['moderation', { verdict: 'pass', labels: [] }],
  ])('%s', async (aspect, found) => {
    sees = (action) => ({ data: answers[action] })
    expect(await analyse(aspect)).toEqual({ aspect, provider: 'aliyun', ...found })
  })

  test.each([
    ['InvalidImage.Type', 'provider-rejected'],
    ['Throttling.User', 'provider-failed'],
  ])('a refusal with %s is %s', async (code, problem) => {
    sees = () => ({ code })
    await expect(analyse('tags')).rejects.toMatchObject({ code: problem })
  })

  test('what is no picture of ours is not found, and what makes no sense is the vendor’s failure', async () => {
    await expect(analyse('tags', 'temporary/20260101/nothing.png')).rejects.toMatchObject({ code: 'not-found' })
    sees = () => ({ data: { Tags: 'many' } })
    await expect(analyse('tags')).rejects.toMatchObject({ code: 'provider-failed' })
  })
})

describe('pictures by a description', () => {
  test('are drawn by the first painter, looked at, and kept for who asked', async () => {
    sees = (action) => ({ data: answers[action] })
    const drawn = await draw('A lamp', { count: 2 })
    expect(drawn).toMatchObject({ provider: 'openai', model: 'draws-1' })
    expect(drawn.pictures.length).toBe(2)
    const kept = await store.head(drawn.pictures[0]?.key ?? '')
    expect(kept).toMatchObject({ contentType: 'image/png', metadata: { owner: person.userId } })
    expect(vi.asked.at(-1)).toMatchObject({ action: 'ScanImage', parameters: { 'Scene.1': 'porn' } })
  })

  test('that may not be shown are not given out, and one that is refused is asked of nobody else', async () => {
    sees = () => ({ data: blocked })
    await expect(draw('A lamp')).rejects.toMatchObject({ code: 'provider-rejected' })
    const before = comfy.workflows.length
    await expect(draw('something forbidden')).rejects.toMatchObject({ code: 'provider-rejected' })
    expect(comfy.workflows.length).toBe(before)
  })

  test('are drawn by a workflow of ComfyUI when the first painter fails', async () => {
    sees = (action) => ({ data: answers[action] })
    comfy.outcome = 'draws'
    const drawn = await draw('A "lamp" for the overloaded', { avoid: 'dust', width: 640, height: 480, count: 2 })
    expect(drawn).toMatchObject({ provider: 'comfyui', pictures: [{ contentType: 'image/png' }, {}] })
    const [first, second] = comfy.workflows.slice(-2)
    expect(first?.['5']?.inputs).toEqual({ width: 640, height: 480 })
    expect(first?.['6']?.inputs).toEqual({ text: 'masterpiece, A "lamp" for the overloaded' })
    expect(first?.['7']?.inputs).toEqual({ text: 'dust' })
    expect(first?.['3']?.inputs['seed']).not.toBe(second?.['3']?.inputs['seed'])
  })

  test('a workflow that fails is said, and one that nobody waits for is called off', async () => {
    comfy.outcome = 'fails'
    await expect(draw('overloaded')).rejects.toMatchObject({ code: 'provider-failed' })
    comfy.outcome = 'never-ends'
    const leaving = new AbortController()
    const before = comfy.workflows.length
    const drawing = draw('overloaded', {}, leaving.signal)
    await expect.poll(() => comfy.workflows.length).toBe(before + 1)
    leaving.abort(new Error('gone'))
    await expect(drawing).rejects.toThrow('gone')
    await expect.poll(() => comfy.interrupted).toBe(1)
  })
})

describe('as tools', () => {
  const call = (name: string, args: Record<string, unknown>) =>
    callAs(person, async () => {
      const [result] = await Array.fromAsync(service.bus.stream(mcp.callTool, { name, arguments: args }))
      return result!
    })

  test('an agent draws for somebody in an app', async () => {
    sees = (action) => ({ data: answers[action] })
    const { text, failed } = await call('draw_picture', { description: 'A lamp', shape: 'wide' })
    expect(failed).toBe(false)
    const [, link] = /!\[picture\]\((http[^)]+)\)/.exec(text) ?? []
    const fetched = await fetch(link ?? '')
    expect(Buffer.from(await fetched.arrayBuffer())).toEqual(png)
  })

  test('an agent reads the pictures of its owner, and nobody else’s', async () => {
    sees = (action) => ({ data: answers[action] })
    expect((await call('read_picture', { file: await keep(), wanted: 'text' })).text).toContain('Exit here')
    expect(await call('read_picture', { file: await keep(newPerson().userId) })).toMatchObject({ failed: true })
  })
})

test('where nothing is set up that is said', async () => {
  await using bare = await openChat()
  await expect(draw('A lamp', {}, undefined, bare)).rejects.toMatchObject({ code: 'unavailable' })
  const analysing = () => bare.bus.request(pictures.analysePicture, { imageKey: 'x', aspect: 'tags' })
  await expect(callAs(person, analysing)).rejects.toMatchObject({ code: 'unavailable' })
  const { tools } = await callAs(person, () => bare.bus.request(mcp.listTools, {}))
  expect(tools.map(({ name }) => name)).not.toContain('draw_picture')
})
