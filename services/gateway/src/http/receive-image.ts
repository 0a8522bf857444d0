import type { Readable } from 'node:stream'
import { Problem } from '@parley/contracts'
import { receiveForm, type ObjectStore, type Retention, type StoredObject } from '@parley/object-store'
import type { Request } from 'express'
import { fileTypeFromBuffer } from 'file-type'

export type ReceiveSettings = {
  store: ObjectStore
  retention: Retention
  metadata: Record<string, string>
  signal: AbortSignal
}

const mostBytes = 10 * 1024 * 1024
/** As much as telling the type of a file takes. */
const sniffedBytes = 4_100
const extensions: Record<string, string> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
  'image/webp': 'webp',
}

/**
 * Stores the image in the field `file` of a form as it comes in, under the type that its bytes have, whatever they are
 * called. An upload that breaks off leaves nothing.
 * @throws Problem `bad-request` for a form without an image, `too-large` above 10 MiB
 */
export async function receiveImage(request: Request, settings: ReceiveSettings): Promise<StoredObject> {
  const take = (file: Readable) => storeImage(file, settings)
  return (await receiveForm(request, { maxBytes: mostBytes, take })).file
}

async function storeImage(
  file: Readable,
  { store, retention, metadata, signal }: ReceiveSettings,
): Promise<StoredObject> {
  const chunks = file[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
  const head = await readHead(chunks)
  const contentType = (await fileTypeFromBuffer(head))?.mime ?? ''
  const extension = extensions[contentType]
  if (extension === undefined) throw new Problem('bad-request', 'The file is not a PNG, JPEG, GIF or WebP image')
  const object = { retention, name: `image.${extension}`, contentType, metadata, maxBytes: mostBytes }
  return store.put({ ...object, body: rejoin(head, chunks) }, { signal })
}

async function readHead(chunks: AsyncIterator<Uint8Array>): Promise<Buffer> {
  const read: Uint8Array[] = []
  for (let length = 0; length < sniffedBytes;) {
    const next = await chunks.next()
    if (next.done) break
    read.push(next.value)
    length += next.value.length
  }
  return Buffer.concat(read)
}

async function* rejoin(head: Uint8Array, chunks: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  yield head
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value
}
