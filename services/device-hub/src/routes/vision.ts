import { Problem, toDeviceId, toProblem } from '@parley/contracts'
import { readIdentity } from '@parley/device-protocol'
import { receiveForm, type ObjectStore } from '@parley/object-store'
import type { Logger } from '@parley/service-kit'
import { Router, type Request, type RequestHandler } from 'express'
import { fileTypeFromBuffer } from 'file-type'
import { imageSize } from 'image-size'
import type { Readable } from 'node:stream'
import { readVisionToken, visionPath } from '../domain/vision.ts'

export type VisionSettings = {
  log: Logger
  store: ObjectStore
  tokenSecret: string
  /** Asks whoever holds the device's session. */
  look: (deviceId: string, picture: { sessionId: string; imageKey: string; question: string }) => Promise<string>
}

const mostBytes = 5 * 1024 * 1024
/** A camera of a device has two million; a picture of more costs a model more than it shows. */
const mostPixels = 24_000_000
const extensions: Record<string, string> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'image/bmp': 'bmp',
}
const mostAnswer = 8_000

/**
 * Where a device's camera sends what it sees, with a question (multipart, chunked). Firmware takes any status but 200 for a broken
 * tool, so that failures are told in the body, for the model to read; only who may not come at all gets a 401.
 */
export function visionRoutes(settings: VisionSettings): Router {
  const router = Router()
  router.get(visionPath, (_request, response) => {
    response.type('text/plain').send('Devices send pictures here.\n')
  })
  router.post(visionPath, explain(settings))
  return router
}

function explain({ log, store, tokenSecret, look }: VisionSettings): RequestHandler {
  return async (request, response) => {
    const { deviceId, sessionId } = whoAsks(request, tokenSecret)
    try {
      const { file, fields } = await receiveForm(request, { maxBytes: mostBytes, take: readPicture })
      const { bytes, contentType } = file
      const name = `picture.${extensions[contentType]}`
      const picture = {
        retention: 'temporary' as const,
        name,
        contentType,
        body: bytes,
        metadata: { device: deviceId },
      }
      const { key: imageKey, size } = await store.put(picture)
      const startedAt = performance.now()
      const question = (fields['question'] ?? '').slice(0, 4_000)
      const text = await look(deviceId, { sessionId, imageKey, question })
      log.info({ deviceId, imageKey, size, ms: Math.round(performance.now() - startedAt) }, 'a picture was looked at')
      response.json({ success: true, action: 'REQLLM', response: text.slice(0, mostAnswer) })
    } catch (error) {
      const { code, detail, status } = toProblem(error)
      if (code === 'unauthorized') throw error
      log[status < 500 ? 'info' : 'warn']({ error, deviceId }, 'a picture was not looked at')
      response.json({ success: false, message: detail })
    }
  }
}

/** @throws Problem `unauthorized` without a token of a session of the device that it says it is */
function whoAsks(request: Request, tokenSecret: string): { deviceId: string; sessionId: string } {
  const identity = readIdentity(request.headers, new URLSearchParams())
  const deviceId = toDeviceId(identity.deviceId ?? '')
  const sessionId = deviceId && identity.token ? readVisionToken(tokenSecret, deviceId, identity.token) : undefined
  if (deviceId === undefined || sessionId === undefined)
    throw new Problem('unauthorized', 'The token is not one for this device')
  return { deviceId, sessionId }
}

/** @throws Problem `too-large`, `bad-request` for what is no picture */
async function readPicture(file: Readable): Promise<{ bytes: Buffer; contentType: string }> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of file as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > mostBytes) throw new Problem('too-large', `The picture is larger than ${mostBytes / 1024 / 1024} MB`)
    chunks.push(chunk)
  }
  const bytes = Buffer.concat(chunks)
  const contentType = (await fileTypeFromBuffer(bytes))?.mime ?? ''
  if (extensions[contentType] === undefined) throw new Problem('bad-request', 'The file is not a picture')
  if (pixelsOf(bytes) > mostPixels) throw new Problem('too-large', 'The picture has too many pixels')
  return { bytes, contentType }
}

/** @throws Problem `bad-request` for a picture that does not say how large it is */
function pixelsOf(bytes: Buffer): number {
  try {
    const { width, height } = imageSize(bytes)
    return width * height
  } catch (cause) {
    throw new Problem('bad-request', 'The file is not a whole picture', { cause })
  }
}
