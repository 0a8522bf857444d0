import { Problem } from '@parley/contracts'
import { sendObject, type ObjectStore } from '@parley/object-store'
import type { Logger } from '@parley/service-kit'
import { Router } from 'express'
import type { Firmware } from '../domain/firmware.ts'
import { readTicket } from '../domain/firmware-ticket.ts'

export type FirmwareRoutesSettings = {
  log: Logger
  store: ObjectStore
  firmware: Pick<Firmware, 'find' | 'noteDownload'>
  tokenSecret: string
}

/** Below the OTA address, so that whatever reaches that reaches this. */
export const firmwarePath = '/xiaozhi/ota/firmware'

/**
 * Where devices download images: with the length, without chunks, compression or redirection, for firmware takes nothing else;
 * ranges for whoever goes on after a break.
 */
export function firmwareRoutes({ log, store, firmware, tokenSecret }: FirmwareRoutesSettings): Router {
  const router = Router()
  router.get(`${firmwarePath}/:releaseId/:file`, async (request, response) => {
    const { releaseId, file } = request.params
    const deviceId = readTicket(tokenSecret, file.replace(/\.bin$/, ''), releaseId)
    const release = deviceId === undefined ? undefined : await firmware.find(releaseId)
    const headers = { 'Cache-Control': 'no-transform', 'Content-Type': 'application/octet-stream' }
    const sent = release && (await sendObject(release.imageKey, { store, request, response, headers }))
    if (!sent || deviceId === undefined) throw new Problem('not-found', 'There is no such image')
    log.info({ deviceId, releaseId, ...sent }, 'firmware')
    if (sent.bytes === sent.size) await firmware.noteDownload(deviceId, releaseId)
  })
  return router
}
