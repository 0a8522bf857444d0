import { Secret } from '@parley/service-kit'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openDiskStore } from '../src/disk/disk-store.ts'
import { verifyFilePath } from '../src/index.ts'
import { checkObjectStore, type Behind } from './conformance.ts'

const urlSecret = new Secret('a secret that is for tests only, and long enough')
const picture = { retention: 'temporary', name: 'a.png', contentType: 'image/png', body: Buffer.from('png') } as const

/** A store in a directory of its own, and a server that serves its signed URLs as a gateway does. */
async function open({ timeoutMs = 5_000 } = {}): Promise<Behind & { dir: string }> {
  await using stack = new AsyncDisposableStack()
  const root = stack.adopt(await mkdtemp(join(tmpdir(), 'parley-objects-')), (path) => rm(path, { recursive: true }))
  await writeFile(join(root, 'secret'), 'not yours')
  const dir = join(root, 'objects')
  let clock: Date | undefined
  const now = () => clock ?? new Date()

  const server = createServer((request, response) => {
    const key = verifyFilePath(request.url ?? '', { secret: urlSecret, now: now() })
    if (!key) return void response.writeHead(403).end()
    void store.get(key).then((object) => {
      response.writeHead(object ? 200 : 404, object && { 'content-type': object.contentType })
      return object ? object.body.pipe(response) : response.end()
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  stack.defer(() => void server.close())
  stack.defer(() => server.closeAllConnections())
  const publicUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const store = stack.use(await openDiskStore({ dir, urlSecret, publicUrl, timeoutMs }, { now }))

  const owned = stack.move()
  return {
    store,
    dir,
    stored: async () => {
      const files = await readdir(dir, { recursive: true, withFileTypes: true })
      const names = files
        .filter((file) => file.isFile())
        .map((file) => join(file.parentPath, file.name).slice(dir.length + 1))
      const about = names.filter((name) => name.endsWith('.about.json')).map((name) => name.replace('.about.json', ''))
      const bytes = names.filter((name) => !name.endsWith('.about.json')).sort()
      expect(about.sort()).toEqual(bytes)
      return bytes
    },
    setClock: (date) => {
      clock = date
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

describe('disk', () => {
  checkObjectStore(open)
})

test('the bytes are a plain file at their key', async () => {
  await using behind = await open()
  const { key } = await behind.store.put(picture)
  expect(await readFile(join(behind.dir, key), 'utf8')).toBe('png')
  const about = JSON.parse(await readFile(join(behind.dir, `${key}.about.json`), 'utf8'))
  expect(about).toEqual({ contentType: 'image/png', metadata: {}, etag: expect.any(String) })
})

test('bytes without their description are not seen', async () => {
  await using behind = await open()
  const { key } = await behind.store.put(picture)
  await rm(join(behind.dir, `${key}.about.json`))
  expect(await behind.store.get(key)).toBeUndefined()
  expect(await behind.store.head(key)).toBeUndefined()
})

test('the sweep removes what uploads left behind a day ago', async () => {
  await using behind = await open()
  const [stale, growing] = ['stale', 'growing'].map((name) => join(behind.dir, '.partial', name)) as [string, string]
  await writeFile(stale, 'x')
  await writeFile(growing, 'x')
  const yesterday = new Date(Date.now() - 86_400_001)
  await utimes(stale, yesterday, yesterday)
  expect(await behind.store.sweep({ olderThanDays: 7 })).toEqual({ objects: 0, partialUploads: 1, complete: true })
  expect(await readdir(join(behind.dir, '.partial'))).toEqual(['growing'])
})

test('a swept day leaves no folder', async () => {
  await using behind = await open()
  behind.setClock(new Date('2026-11-01T12:00:00Z'))
  await behind.store.put(picture)
  behind.setClock(new Date('2026-11-21T12:00:00Z'))
  await behind.store.sweep({ olderThanDays: 7 })
  expect(await readdir(join(behind.dir, 'temporary'))).toEqual([])
})

test('a file where the directory should be is unavailable, and no path is told', async () => {
  await using behind = await open()
  const dir = join(behind.dir, 'file')
  await writeFile(dir, '')
  const opening = openDiskStore({ dir, urlSecret, publicUrl: 'http://localhost', timeoutMs: 1_000 })
  await expect(opening).rejects.toMatchObject({ code: 'unavailable', detail: 'The object store does not work' })
})

test('a disk that breaks is unavailable, and no path is told', async () => {
  await using behind = await open()
  await rm(join(behind.dir, '.partial'), { recursive: true })
  const putting = behind.store.put(picture)
  await expect(putting).rejects.toMatchObject({ code: 'unavailable', detail: 'The object store does not work' })
})
