import { authAccount, Problem } from '@parley/contracts'
import { sendObject, type Retention } from '@parley/object-store'
import { z } from 'zod'
import { receiveImage } from '../http/receive-image.ts'
import { personOf, sent, serving, type Exchange, type Route } from './route.ts'

const own = { tag: 'Files', auth: 'user', scope: 'files' } as const

const linkLifeS = 3_600

const Uploaded = z.object({
  filename: z.string(),
  /** Where you read it, with your token. */
  path: z.string(),
  /** Where anybody reads it who has this link, for `expiresInS` seconds. */
  url: z.string(),
  expiresInS: z.number().int(),
  size: z.number().int(),
  contentType: z.string(),
})

export type FileRoutesSettings = {
  /** The key of a signed path of ours; undefined where files are served elsewhere, or the signature is not right. */
  verify: (url: string) => string | undefined
}

export function fileRoutes({ verify }: FileRoutesSettings): Route[] {
  return [
    serving({
      ...own,
      method: 'post',
      path: '/files/upload',
      operationId: 'uploadImage',
      summary: 'Store an image (PNG, JPEG, GIF or WebP) as the form field `file`, for good or for a week',
      query: z.object({ retention: z.enum(['permanent', 'temporary']).default('permanent') }),
      rate: 'upload',
      bodyKind: 'multipart',
      answer: { status: 201, schema: Uploaded },
      handle: upload,
    }),
    serving({
      ...own,
      method: 'get',
      path: '/files/images/:filename',
      operationId: 'readImage',
      summary: 'An image of yours',
      owned: true,
      params: z.object({ filename: z.string().max(64) }),
      answer: { type: 'image/*', description: 'The image; ranges and ETags as HTTP has them' },
      handle: async (exchange) => sendOwnImage(exchange),
    }),
    serving({
      tag: 'Files',
      method: 'get',
      path: '/files/avatars/:filename',
      operationId: 'readAvatar',
      summary: 'Somebody’s picture',
      auth: 'none',
      openBecause: 'pictures are there to be seen, and their names cannot be guessed',
      params: z.object({ filename: z.string().max(64) }),
      answer: { type: 'image/*', description: 'The image' },
      handle: sendAvatar,
    }),
    serving({
      tag: 'Files',
      method: 'get',
      path: '/files/:retention/:day/:name',
      operationId: 'readSignedFile',
      summary: 'A file by a signed link',
      auth: 'none',
      openBecause: 'the link itself is signed and runs out',
      params: z.object({ retention: z.string(), day: z.string(), name: z.string() }),
      answer: { type: 'application/octet-stream', description: 'The file' },
      handle: async (exchange) => {
        const key = verify(exchange.request.originalUrl)
        if (key === undefined) throw new Problem('forbidden', 'This link is not valid, or not any more')
        return send(exchange, key)
      },
    }),
  ]
}

type Upload = Exchange<unknown, { retention: Retention }>

async function upload({ bus, person, request, query: { retention }, store, signal }: Upload) {
  const { userId } = personOf({ person })
  const stored = await receiveImage(request, { store, retention, metadata: { owner: userId }, signal })
  try {
    // What is not noted would outlive its owner; temporary files go by themselves.
    if (retention === 'permanent') await bus.request(authAccount.keepFile, { key: stored.key }, { signal })
  } catch (error) {
    await store.delete(stored.key)
    throw error
  }
  const filename = stored.key.slice(stored.key.lastIndexOf('/') + 1)
  return {
    filename,
    path: `/files/images/${filename}`,
    url: await store.signUrl(stored.key, { expiresInS: linkLifeS }),
    expiresInS: linkLifeS,
    size: stored.size,
    contentType: stored.contentType,
  }
}

async function sendOwnImage(exchange: Exchange<{ filename: string }>) {
  const { userId } = personOf(exchange)
  const { store, signal } = exchange
  for (const key of keysOf(exchange.params.filename)) {
    const about = await store.head(key, { signal })
    if (about?.metadata['owner'] === userId) return send(exchange, key)
  }
  throw noSuchFile()
}

async function sendAvatar(exchange: Exchange<{ filename: string }>) {
  const { store, signal } = exchange
  for (const key of keysOf(exchange.params.filename)) {
    const about = await store.head(key, { signal })
    if (about?.metadata['use'] === 'avatar') return send(exchange, key)
  }
  throw noSuchFile()
}

/** A name says by itself on which day it was made: its UUIDv7 begins with the time in milliseconds. */
function keysOf(filename: string): string[] {
  const time = Number.parseInt(filename.replaceAll('-', '').slice(0, 12), 16)
  if (!Number.isFinite(time)) return []
  const day = new Date(time).toISOString().slice(0, 10).replaceAll('-', '')
  return ['permanent', 'temporary'].map((retention) => `${retention}/${day}/${filename}`)
}

/**
 * What a browser cannot take for anything but what it is: never for a page of ours, with the sniffed type only, unchanged for as
 * long as it lives.
 */
const headers = {
  'Content-Disposition': 'inline',
  'Content-Security-Policy': "default-src 'none'; sandbox",
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'private, max-age=31536000, immutable',
}

async function send({ store, request, response, signal }: Exchange, key: string) {
  if (!(await sendObject(key, { store, request, response, headers, signal }))) throw noSuchFile()
  return sent
}

function noSuchFile(): Problem {
  return new Problem('not-found', 'There is no such file')
}
