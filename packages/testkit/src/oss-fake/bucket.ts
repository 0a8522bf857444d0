import { createHash } from 'node:crypto'
import { noSuchKey } from './oss-error.ts'

export type FakeObject = {
  bytes: Buffer
  contentType: string
  /** The `x-oss-meta-*` headers it came with. */
  metadata: Record<string, string>
  etag: string
  lastModified: Date
}

export type Page = { entries: [string, FakeObject][]; next: string | undefined }

/** Objects by key, in memory. */
export type Bucket = {
  readonly objects: ReadonlyMap<string, FakeObject>
  put: (key: string, object: Pick<FakeObject, 'bytes' | 'contentType' | 'metadata'>) => FakeObject
  /** @throws OssError 404 */
  read: (key: string) => FakeObject
  delete: (key: string) => void
  /** In the order of the keys' bytes, behind `after`. */
  list: (query: { prefix: string; after: string; most: number }) => Page
}

export function createBucket(now: () => Date): Bucket {
  const objects = new Map<string, FakeObject>()
  return {
    objects,
    put: (key, given) => {
      const etag = `"${createHash('md5').update(given.bytes).digest('hex').toUpperCase()}"`
      const object = { ...given, etag, lastModified: now() }
      objects.set(key, object)
      return object
    },
    read: (key) => {
      const object = objects.get(key)
      if (!object) throw noSuchKey(key)
      return object
    },
    delete: (key) => void objects.delete(key),
    list: ({ prefix, after, most }) => {
      const entries = [...objects]
        .filter(([key]) => key.startsWith(prefix) && byBytes(key, after) > 0)
        .sort(([one], [other]) => byBytes(one, other))
      const page = entries.slice(0, most)
      return { entries: page, next: entries.length > most ? page.at(-1)?.[0] : undefined }
    },
  }
}

function byBytes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other))
}
