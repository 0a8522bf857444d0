import { Problem } from '@parley/contracts'
import type { Secret } from '@parley/service-kit'
import { mkdir, open, rm, stat } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { resolveRange } from '../byte-range.ts'
import { checkExpiry } from '../expiry.ts'
import { readNewObject } from '../new-object.ts'
import { openBody } from '../object-body.ts'
import { createObjectKey, isObjectKey } from '../object-key.ts'
import type { ObjectStore, StoredObject } from '../object-store.ts'
import { wholeSeconds } from '../whole-seconds.ts'
import { readAbout } from './about.ts'
import { createLayout } from './layout.ts'
import { ifThere, onDisk } from './on-disk.ts'
import { signFileUrl } from './signed-url.ts'
import { sweepDisk } from './sweep-disk.ts'
import { writeObject } from './write-object.ts'

export type DiskStoreSettings = {
  dir: string
  urlSecret: Secret
  /** What signed URLs begin with. */
  publicUrl: string
  /** How long an upload may stand still. */
  timeoutMs: number
}

/** Objects as files under a directory, which is made when it is missing. @throws Problem `unavailable` when it cannot be used */
export async function openDiskStore(
  { dir, urlSecret: secret, publicUrl, timeoutMs }: DiskStoreSettings,
  { now = () => new Date() }: { now?: () => Date } = {},
): Promise<ObjectStore> {
  const layout = createLayout(dir)
  await onDisk(mkdir(layout.partialDir, { recursive: true }))

  async function describe(key: string): Promise<StoredObject | undefined> {
    if (!isObjectKey(key)) return undefined
    const about = await readAbout(layout.aboutOf(key))
    const found = about && (await ifThere(stat(layout.bytesOf(key))))
    return found && { key, size: found.size, lastModified: wholeSeconds(found.mtime), ...about }
  }

  return {
    put: async (object, { signal } = {}) => {
      using body = openBody(object.body)
      const { retention, name, contentType, metadata, maxBytes } = readNewObject(object)
      const key = createObjectKey({ retention, name }, now())
      const chunks = body.read({ maxBytes, idleTimeoutMs: timeoutMs, signal })
      const written = await writeObject(layout, key, chunks, { contentType, metadata })
      return { key, ...written, contentType, metadata, lastModified: wholeSeconds(now()) }
    },
    get: async (key, { range, signal } = {}) => {
      signal?.throwIfAborted()
      const stored = await describe(key)
      if (!stored) return undefined
      const part = range && resolveRange(range, stored.size)
      const file = await ifThere(open(layout.bytesOf(key)))
      if (!file) return undefined
      return { ...stored, range: part, body: endedBy(signal, file.createReadStream(part)) }
    },
    head: async (key, { signal } = {}) => {
      signal?.throwIfAborted()
      return describe(key)
    },
    delete: async (key) => {
      if (!isObjectKey(key)) return
      await onDisk(rm(layout.bytesOf(key), { force: true }))
      await onDisk(rm(layout.aboutOf(key), { force: true }))
    },
    signUrl: async (key, { expiresInS }) => {
      if (!isObjectKey(key)) throw new Problem('not-found', 'There is no such object')
      const expiresAt = new Date(now().getTime() + checkExpiry(expiresInS) * 1_000)
      return signFileUrl(key, { publicUrl, secret, expiresAt })
    },
    sweep: (sweep) => sweepDisk(layout, { now: now(), ...sweep }),
    [Symbol.asyncDispose]: async () => {},
  }
}

/** Unlike Node's own `addAbortSignal`, with the signal's reason. */
function endedBy(signal: AbortSignal | undefined, body: Readable): Readable {
  const end = () => void body.destroy(signal?.reason as Error)
  signal?.addEventListener('abort', end, { once: true })
  return body.once('close', () => signal?.removeEventListener('abort', end))
}
