import { Problem, toDeviceId, toProblem } from '@parley/contracts'
import { readIdentity } from '@parley/device-protocol'
import { receiveForm, type ObjectStore } from '@parley/object-store'
import type { Logger } from '@parley/service-kit'
import { Router, type Request, type RequestHandler } from 'express'
import type { Readable } from 'node:stream'
import { keepPicture, mostPictureBytes } from '../pictures.ts'
import { readVisionToken, visionPath } from '../domain/vision.ts'

export type VisionSettings = {
  log: Logger
  store: ObjectStore
  tokenSecret: string
  /** Asks whoever holds the device's session. */
  look: (deviceId: string, picture: { sessionId: string; imageKey: string; question: string }) => Promise<string>
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
      const { file, fields } = await receiveForm(request, { maxBytes: mostPictureBytes, take: readBytes })
      const imageKey = await keepPicture(store, deviceId, file)
      const startedAt = performance.now()
      const question = (fields['question'] ?? '').slice(0, 4_000)
      const text = await look(deviceId, { sessionId, imageKey, question })
      log.info(
        { deviceId, imageKey, size: file.length, ms: Math.round(performance.now() - startedAt) },
        'a picture was looked at',
      )
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

async function readBytes(file: Readable): Promise<Buffer> {
  return Buffer.concat(await file.toArray())
}
