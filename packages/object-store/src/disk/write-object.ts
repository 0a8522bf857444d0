import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { About } from './about.ts'
import type { Layout } from './layout.ts'
import { onDisk } from './on-disk.ts'

/** Writes an object and its description; when anything fails, neither is left. */
export async function writeObject(
  layout: Layout,
  key: string,
  body: AsyncIterable<Uint8Array>,
  about: Omit<About, 'etag'>,
): Promise<{ size: number; etag: string }> {
  const partial = join(layout.partialDir, randomUUID())
  const partialAbout = `${partial}.json`
  try {
    const { size, hash } = await writeBytes(partial, body)
    const etag = `"${hash.slice(0, 32)}"`
    await writeBytes(partialAbout, [Buffer.from(JSON.stringify({ ...about, etag } satisfies About))])
    await onDisk(mkdir(dirname(layout.bytesOf(key)), { recursive: true }))
    await onDisk(rename(partialAbout, layout.aboutOf(key)))
    await onDisk(rename(partial, layout.bytesOf(key)))
    return { size, etag }
  } catch (error) {
    await Promise.allSettled([partial, partialAbout, layout.aboutOf(key)].map((path) => rm(path, { force: true })))
    throw error
  }
}

async function writeBytes(
  path: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<{ size: number; hash: string }> {
  await using file = await onDisk(open(path, 'wx'))
  const hash = createHash('sha256')
  let size = 0
  for await (const chunk of chunks) {
    hash.update(chunk)
    size += chunk.byteLength
    await onDisk(file.writeFile(chunk))
  }
  // A rename may reach the disk before the bytes: after a power cut there would be an empty object.
  await onDisk(file.sync())
  return { size, hash: hash.digest('hex') }
}
