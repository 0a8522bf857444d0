import { Problem, toDeviceId } from '@parley/contracts'
import { issueDeviceToken, readIdentity, readOtaReport, toOtaAnswer } from '@parley/device-protocol'
import type { Logger } from '@parley/service-kit'
import { Router, text, type RequestHandler } from 'express'
import { enrol, type DeviceStore } from '../domain/enrolment.ts'
import { otaPage } from './ota-page.ts'
import { publicUrls } from './public-urls.ts'

export type OtaSettings = {
  log: Logger
  devices: DeviceStore
  tokenSecret: string
  websocketUrl: string | undefined
  timezoneOffsetMinutes: number
  now: () => number
}

const paths = ['/xiaozhi/ota', '/xiaozhi/ota/']

/**
 * Where devices ask for their configuration at every start: `POST` answers a device, `GET` shows a person whether the
 * set-up is right, `OPTIONS` lets web clients in.
 */
export function otaRoutes(settings: OtaSettings): Router {
  const router = Router()
  router.use(paths, allowBrowsers)
  router.get(paths, (request, response) => {
    response.type('html').send(otaPage(publicUrls(request, settings.websocketUrl)))
  })
  // Firmware sends what it calls JSON; it is read as text, because it is not always that.
  router.post(paths, text({ type: () => true, limit: '64kb', defaultCharset: 'utf-8' }), answerDevice(settings))
  return router
}

function answerDevice({
  log,
  devices,
  tokenSecret,
  websocketUrl,
  timezoneOffsetMinutes,
  now,
}: OtaSettings): RequestHandler {
  return async (request, response) => {
    const report = readOtaReport(typeof request.body === 'string' ? request.body : '')
    const identity = readIdentity(request.headers, new URL(request.url, 'http://device').searchParams)
    const deviceId = toDeviceId(identity.deviceId ?? report.macAddress ?? '')
    if (deviceId === undefined) {
      const issues = [{ path: 'device-id', message: 'a MAC address such as aa:bb:cc:dd:ee:ff' }]
      throw new Problem('bad-request', 'Neither the header "Device-Id" nor "mac_address" names a device', { issues })
    }
    const clientId = (identity.clientId ?? report.clientId ?? '').slice(0, 128)
    const { boardType, boardName, chipModel, firmwareVersion } = report
    const { device, outcome } = await enrol(
      devices,
      { deviceId, clientId },
      { boardType, boardName, chipModel, firmwareVersion },
    )
    const refused = outcome === 'refused'
    log[refused ? 'warn' : 'info']({ deviceId, outcome, boardType, firmwareVersion }, 'device configuration')
    const token = refused ? '' : issueDeviceToken(tokenSecret, { deviceId, clientId, epoch: device.credentialEpoch })
    const { websocket } = publicUrls(request, websocketUrl)
    const answer = { nowMs: now(), timezoneOffsetMinutes, firmwareVersion, websocketUrl: websocket, token }
    response.json(toOtaAnswer(answer))
  }
}

const allowBrowsers: RequestHandler = (request, response, next) => {
  response.setHeader('Access-Control-Allow-Origin', '*')
  response.setHeader('Access-Control-Allow-Methods', 'GET, POST, OPTIONS')
  const asked = request.get('access-control-request-headers')
  if (asked) response.setHeader('Access-Control-Allow-Headers', asked)
  if (request.method !== 'OPTIONS') return next()
  response.status(204).end()
}
