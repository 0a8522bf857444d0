import type { Readable } from 'node:stream'
import { Problem } from '@parley/contracts'
import type { ObjectStore, Retention, StoredObject } from '@parley/object-store'
import type { Request } from 'express'
import { fileTypeFromBuffer } from 'file-type'
import { readUploadForm } from './upload-form.ts'

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
  const form = readUploadForm(request, mostBytes)
  const { promise, resolve, reject } = Promise.withResolvers<StoredObject>()
  let storing: Promise<void> | undefined

  form.on('file', (name, file) => {
    if (name !== 'file' || storing) return void file.resume()
    storing = storeImage(file, settings).then(resolve, (error: unknown) => {
      file.resume()
      reject(error)
    })
  })
  form.on('error', (cause) => reject(new Problem('bad-request', 'The form cannot be read', { cause })))
  form.on('close', () => storing ?? reject(new Problem('bad-request', 'The form has no field "file"')))
  request.on('aborted', () => reject(new Problem('bad-request', 'The upload broke off')))
  request.pipe(form)
  try {
    return await promise
  } finally {
    request.unpipe(form)
    // What is left of a refused upload is read and forgotten, so that the client gets to read why.
    request.resume()
  }
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
