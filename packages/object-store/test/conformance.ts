import { createHash, randomBytes } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import type { NewObject, ObjectStore } from '../src/index.ts'

/** A store with nothing in it, and a way to look behind it. */
export type Behind = AsyncDisposable & {
  store: ObjectStore
  /** Keys of all that is really stored, whole or in part. */
  stored: () => Promise<string[]>
  /** What the clocks of the store and of the server of its URLs say. */
  setClock: (now: Date) => void
}

export type OpenBehind = (options?: { timeoutMs?: number }) => Promise<Behind>

const strangeKeys = [
  '',
  '/',
  '.',
  '../../etc/passwd',
  'temporary/../../secret',
  'temporary/20261121/../../../secret',
  'temporary/20261121/%2e%2e%2fsecret',
  'temporary/20261121/.partial',
  'temporary/20261121/\0.png',
  'temporary\\20261121\\a.png',
  'permanent/20261121/a.png',
  'permanent/20261121/0198a0b0-0000-7000-8000-000000000000.png.about.json',
]
const unknownKey = 'permanent/20261121/0198a0b0-0000-7000-8000-000000000000.png'

function picture(given: Partial<NewObject> = {}): NewObject {
  return { retention: 'temporary', name: 'me.PNG', contentType: 'image/png', body: Buffer.from('0123456789'), ...given }
}

async function* chunks(count: number, size: number): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < count; index++) {
    await setImmediate()
    yield new Uint8Array(size).fill(index)
  }
}

/** Some bytes, and then nothing: until it is closed. */
function stalled(): { body: AsyncIterable<Uint8Array>; closed: Promise<void>; begun: Promise<void> } {
  const [closed, begun] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  let first = true
  const body = {
    [Symbol.asyncIterator]: () => ({
      next: () => {
        if (!first) {
          begun.resolve()
          return new Promise<IteratorResult<Uint8Array>>(() => {})
        }
        first = false
        return Promise.resolve({ done: false as const, value: Buffer.from('part') })
      },
      return: async () => {
        closed.resolve()
        return { done: true as const, value: undefined }
      },
    }),
  }
  return { body, closed: closed.promise, begun: begun.promise }
}

/** What every store promises. */
export function checkObjectStore(open: OpenBehind): void {
  async function put(store: ObjectStore, given?: Partial<NewObject>) {
    return (await store.put(picture(given))).key
  }

  async function read(store: ObjectStore, key: string, range?: { start: number; end?: number } | { last: number }) {
    const opened = await store.get(key, { range })
    return opened && { text: String(await buffer(opened.body)), range: opened.range, size: opened.size }
  }

  describe('an object', () => {
    test('comes back as it was stored', async () => {
      await using behind = await open()
      const { store } = behind
      const metadata = { owner: 'Ada', title: '一张照片 100%' }
      const stored = await store.put(picture({ retention: 'permanent', metadata }))
      expect(stored).toMatchObject({
        size: 10,
        contentType: 'image/png',
        metadata,
        etag: expect.stringMatching(/^".+"$/),
      })
      const day = new Date().toISOString().slice(0, 10).replaceAll('-', '')
      expect(stored.key).toMatch(new RegExp(`^permanent/${day}/[0-9a-f-]{36}\\.png$`))
      expect(Math.abs(stored.lastModified.getTime() - Date.now())).toBeLessThan(10_000)

      const { body, range, ...opened } = (await store.get(stored.key)) ?? {}
      const lastModified = expect.any(Date)
      expect(opened).toEqual({ ...stored, lastModified })
      expect(range).toBeUndefined()
      expect(String(body && (await buffer(body)))).toBe('0123456789')
      expect(await store.head(stored.key)).toEqual({ ...stored, lastModified })
      expect(await behind.stored()).toEqual([stored.key])
    })

    test('may be a stream of many megabytes', async () => {
      await using behind = await open()
      const piece = randomBytes(64 * 1024)
      const body = Readable.from(
        (function* () {
          for (let index = 0; index < 512; index++) yield piece
        })(),
      )
      const { key, size } = await behind.store.put(picture({ body }))
      expect(size).toBe(32 * 1024 * 1024)
      const [sent, received] = [createHash('md5'), createHash('md5')]
      for (let index = 0; index < 512; index++) sent.update(piece)
      const opened = await behind.store.get(key)
      for await (const chunk of opened?.body ?? []) received.update(chunk)
      expect(received.digest('hex')).toBe(sent.digest('hex'))
    })

    test('may be empty', async () => {
      await using behind = await open()
      for (const body of [new Uint8Array(), chunks(0, 1)]) {
        expect(await read(behind.store, await put(behind.store, { body }))).toMatchObject({ text: '', size: 0 })
      }
    })

    test('stops coming when the signal says so', async () => {
      await using behind = await open()
      const key = await put(behind.store, { body: chunks(200, 64 * 1024) })
      const abort = new AbortController()
      const opened = await behind.store.get(key, { signal: abort.signal })
      const reason = new Error('seen enough')
      abort.abort(reason)
      await expect(buffer(opened?.body as Readable)).rejects.toBe(reason)
      await expect(behind.store.get(key, { signal: abort.signal })).rejects.toBe(reason)
      await expect(behind.store.head(key, { signal: abort.signal })).rejects.toBe(reason)
    })

    test('never shares its key', async () => {
      await using behind = await open()
      const keys = await Promise.all(Array.from({ length: 20 }, () => put(behind.store)))
      expect(new Set(keys).size).toBe(20)
      expect(await behind.stored()).toEqual(keys.sort())
    })

    test('is gone when it is deleted, which may happen twice', async () => {
      await using behind = await open()
      const key = await put(behind.store)
      await behind.store.delete(key)
      expect(await behind.store.get(key)).toBeUndefined()
      expect(await behind.store.head(key)).toBeUndefined()
      await behind.store.delete(key)
      expect(await behind.stored()).toEqual([])
    })

    test.each([
      ['contentType', { contentType: 'image/png\r\nx-evil: 1' }],
      ['metadata.Owner!', { metadata: { 'Owner!': 'x' } }],
      ['metadata', { metadata: { note: 'x'.repeat(3_000) } }],
      ['retention', { retention: '../permanent' as never }],
    ])('with a bad %s is refused', async (path, given) => {
      await using behind = await open()
      await expect(behind.store.put(picture(given))).rejects.toMatchObject({ code: 'bad-request', issues: [{ path }] })
      expect(await behind.stored()).toEqual([])
    })

    test('that is refused has its body closed', async () => {
      await using behind = await open()
      const body = Readable.from(chunks(1, 1))
      await expect(behind.store.put(picture({ contentType: '', body }))).rejects.toMatchObject({ code: 'bad-request' })
      expect(body.destroyed).toBe(true)
    })
  })

  describe('a range', () => {
    test('gives a part, and says which', async () => {
      await using behind = await open()
      const key = await put(behind.store)
      const part = (range: Parameters<typeof read>[2]) => read(behind.store, key, range)
      expect(await part({ start: 2, end: 4 })).toEqual({ text: '234', range: { start: 2, end: 4 }, size: 10 })
      expect(await part({ start: 7 })).toEqual({ text: '789', range: { start: 7, end: 9 }, size: 10 })
      expect(await part({ start: 0, end: 0 })).toEqual({ text: '0', range: { start: 0, end: 0 }, size: 10 })
      expect(await part({ last: 3 })).toEqual({ text: '789', range: { start: 7, end: 9 }, size: 10 })
      expect(await part({ last: 99 })).toEqual({ text: '0123456789', range: { start: 0, end: 9 }, size: 10 })
      expect(await part({ start: 8, end: 99 })).toEqual({ text: '89', range: { start: 8, end: 9 }, size: 10 })
    })

    test.each([
      { start: 10 },
      { start: 12, end: 20 },
      { start: 4, end: 2 },
      { start: -1 },
      { start: 0.5 },
      { last: 0 },
    ])('%o is refused', async (range) => {
      await using behind = await open()
      const key = await put(behind.store)
      await expect(behind.store.get(key, { range })).rejects.toMatchObject({ code: 'bad-request' })
    })
  })

  describe('an upload leaves nothing', () => {
    test('when it is aborted', async () => {
      await using behind = await open()
      const { body, begun, closed } = stalled()
      const abort = new AbortController()
      const putting = behind.store.put(picture({ body }), { signal: abort.signal })
      await begun
      const reason = new Error('the user left')
      abort.abort(reason)
      await expect(putting).rejects.toBe(reason)
      await closed
      expect(await behind.stored()).toEqual([])
    })

    test('when it is aborted between two chunks', async () => {
      await using behind = await open()
      const abort = new AbortController()
      const reason = new Error('the user left')
      const next = () => {
        setTimeout(() => abort.abort(reason))
        return Promise.resolve({ done: false as const, value: Buffer.from('part') })
      }
      const body = { [Symbol.asyncIterator]: () => ({ next }) }
      await expect(behind.store.put(picture({ body }), { signal: abort.signal })).rejects.toBe(reason)
      expect(await behind.stored()).toEqual([])
    })

    test('when it is aborted before it begins', async () => {
      await using behind = await open()
      const signal = AbortSignal.abort(new Error('too late'))
      await expect(behind.store.put(picture(), { signal })).rejects.toBe(signal.reason)
      expect(await behind.stored()).toEqual([])
    })

    test('when its body fails', async () => {
      await using behind = await open()
      const failure = Object.assign(new Error('aborted'), { code: 'ECONNRESET' })
      const body = (async function* () {
        yield* chunks(3, 100_000)
        throw failure
      })()
      await expect(behind.store.put(picture({ body }))).rejects.toBe(failure)
      const broken = new Readable({ read: () => {} })
      broken.push('part')
      const putting = behind.store.put(picture({ body: broken }))
      broken.destroy(failure)
      await expect(putting).rejects.toBe(failure)
      expect(await behind.stored()).toEqual([])
    })

    test('when it is too large', async () => {
      await using behind = await open()
      const body = Readable.from(chunks(1_000, 10_000))
      await expect(behind.store.put(picture({ body, maxBytes: 100_000 }))).rejects.toMatchObject({ code: 'too-large' })
      expect(body.destroyed).toBe(true)
      await expect(behind.store.put(picture({ maxBytes: 9 }))).rejects.toMatchObject({ code: 'too-large' })
      expect(await behind.stored()).toEqual([])
      expect(await read(behind.store, await put(behind.store, { maxBytes: 10 }))).toMatchObject({ size: 10 })
    })

    test('when it stands still', async () => {
      await using behind = await open({ timeoutMs: 150 })
      const { body, closed } = stalled()
      await expect(behind.store.put(picture({ body }))).rejects.toMatchObject({ code: 'timeout' })
      await closed
      expect(await behind.stored()).toEqual([])
    })
  })

  describe('a key', () => {
    test.each([unknownKey, ...strangeKeys])('%j is unknown', async (key) => {
      await using behind = await open()
      const own = await put(behind.store)
      expect(await behind.store.get(key)).toBeUndefined()
      expect(await behind.store.head(key)).toBeUndefined()
      await behind.store.delete(key)
      expect(await behind.stored()).toEqual([own])
    })

    test.each(strangeKeys)('%j is not signed', async (key) => {
      await using behind = await open()
      await expect(behind.store.signUrl(key, { expiresInS: 60 })).rejects.toMatchObject({ code: 'not-found' })
    })
  })

  describe('a signed URL', () => {
    test('gives the object, until it expires', async () => {
      await using behind = await open()
      const key = await put(behind.store)
      const url = await behind.store.signUrl(key, { expiresInS: 60 })
      const response = await fetch(url)
      expect(response.headers.get('content-type')).toBe('image/png')
      expect(await response.text()).toBe('0123456789')
      behind.setClock(new Date(Date.now() + 50_000))
      expect((await fetch(url)).status).toBe(200)
      behind.setClock(new Date(Date.now() + 70_000))
      expect((await fetch(url)).status).toBe(403)
    })

    test('is good for nothing else', async () => {
      await using behind = await open()
      const [key, other] = [await put(behind.store), await put(behind.store)]
      const url = await behind.store.signUrl(key, { expiresInS: 60 })
      const longer = url.replace(/(expires=)(\d+)/i, (_, name: string, value: string) => name + (Number(value) + 9))
      for (const tampered of [url.replace(key, other), longer, url.replace(/\?.*/, ''), url.replace(/.$/, '')]) {
        expect(tampered).not.toBe(url)
        expect((await fetch(tampered)).status).toBeOneOf([400, 403])
      }
    })

    test.each([0, -1, 1.5, 604_801, Number.NaN])('does not last %d seconds', async (expiresInS) => {
      await using behind = await open()
      const signing = behind.store.signUrl(unknownKey, { expiresInS })
      await expect(signing).rejects.toMatchObject({ code: 'bad-request' })
    })
  })

  describe('the sweep', () => {
    const now = new Date('2026-11-21T00:30:00Z')
    const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000)

    async function fill(behind: Behind) {
      const keys: Record<string, string> = {}
      for (const [name, days] of Object.entries({ old: 9, old2: 4, old3: 4, edge: 3, young: 0 })) {
        behind.setClock(daysAgo(days))
        keys[name] = await put(behind.store)
      }
      behind.setClock(daysAgo(9))
      keys.kept = await put(behind.store, { retention: 'permanent' })
      behind.setClock(now)
      return keys
    }

    test('deletes temporary objects of days long ago, and nothing else', async () => {
      await using behind = await open()
      const { edge, young, kept } = await fill(behind)
      const swept = { objects: 3, partialUploads: 0, complete: true }
      expect(await behind.store.sweep({ olderThanDays: 3 })).toEqual(swept)
      expect(await behind.stored()).toEqual([kept, edge, young].sort())
      expect(await behind.store.sweep({ olderThanDays: 3 })).toEqual({ ...swept, objects: 0 })
    })

    test('is bounded, the oldest first', async () => {
      await using behind = await open()
      const { old } = await fill(behind)
      const sweep = (mostObjects: number) => behind.store.sweep({ olderThanDays: 3, mostObjects })
      expect(await sweep(1)).toMatchObject({ objects: 1, complete: false })
      expect(await behind.stored()).not.toContain(old)
      expect(await sweep(100)).toMatchObject({ objects: 2, complete: true })
    })

    test('stops when it is told to', async () => {
      await using behind = await open()
      const all = Object.values(await fill(behind))
      const signal = AbortSignal.abort()
      expect(await behind.store.sweep({ olderThanDays: 3, signal })).toMatchObject({ objects: 0, complete: false })
      expect(await behind.stored()).toEqual(all.sort())
    })
  })
}
