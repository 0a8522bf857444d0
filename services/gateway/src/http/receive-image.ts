import type { Readable } from 'node:stream'
import { Problem } from '@parley/contracts'
import { receiveForm, type ObjectStore, type Retention, type StoredObject } from '@parley/object-store'
import type { Request } from 'express'
import { fileTypeFromBuffer } from 'file-type'
import { cleanImage } from './clean-image.ts'
import { readWhole } from './receive-file.ts'

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
 * Stores the image in the field `file` of a form, made anew, under the type that its bytes have, whatever they are called. An
 * upload that breaks off leaves nothing.
 * @throws Problem `bad-request` for a form without an image, `too-large` above 10 MiB
 */
export async function receiveImage(request: Request, settings: ReceiveSettings): Promise<StoredObject> {
  const take = async (file: Readable) => storeImage(await readWhole(file, mostBytes), settings)
  return (await receiveForm(request, { maxBytes: mostBytes, take })).file
}

/** Stores an image, made anew. @throws Problem `bad-request` for what is none, `too-large` above 10 MiB */
export async function storeImage(
  bytes: Buffer,
  { store, retention, metadata, signal }: ReceiveSettings,
): Promise<StoredObject> {
  if (bytes.length > mostBytes) throw new Problem('too-large', 'An image may have 10 MiB at most')
  const contentType = (await fileTypeFromBuffer(bytes.subarray(0, sniffedBytes)))?.mime ?? ''
  const extension = extensions[contentType]
  if (extension === undefined) throw new Problem('bad-request', 'The file is not a PNG, JPEG, GIF or WebP image')
  const body = await cleanImage(bytes, contentType)
  return store.put({ retention, name: `image.${extension}`, contentType, metadata, body }, { signal })
}
