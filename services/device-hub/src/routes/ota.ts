import { Problem, toDeviceId } from '@parley/contracts'
import { issueDeviceToken, readIdentity, readOtaReport, toOtaAnswer, type OtaReport } from '@parley/device-protocol'
import type { Logger } from '@parley/service-kit'
import { Router, text, type RequestHandler } from 'express'
import { enrol, type Activation, type Device, type DeviceStore } from '../domain/enrolment.ts'
import type { Firmware } from '../domain/firmware.ts'
import { toTicket } from '../domain/firmware-ticket.ts'
import type { PairingCodes } from '../domain/pairing.ts'
import type { AddressLimit } from './address-limit.ts'
import { firmwarePath } from './firmware.ts'
import { otaPage } from './ota-page.ts'
import { publicUrls } from './public-urls.ts'

export type OtaSettings = {
  log: Logger
  devices: DeviceStore
  codes: Pick<PairingCodes, 'issue'>
  /** Bounds what one address may ask. */
  limit: AddressLimit
  activation: Activation
  tokenSecret: string
  websocketUrl: string | undefined
  firmware: Pick<Firmware, 'offer'>
  timezoneOffsetMinutes: number
  now: () => number
}

const paths = ['/xiaozhi/ota', '/xiaozhi/ota/']
const activatePaths = ['/xiaozhi/ota/activate', '/xiaozhi/ota/activate/']

/**
 * Where devices ask for their configuration at every start: `POST` answers a device, `GET` shows a person whether the
 * set-up is right, `OPTIONS` lets web clients in. Below it they wait for their owner.
 */
export function otaRoutes(settings: OtaSettings): Router {
  const router = Router()
  router.use(paths, allowBrowsers)
  router.post([...activatePaths, ...paths], (request, _response, next) => {
    settings.limit.take(request.ip ?? '')
    next()
  })
  router.post(activatePaths, answerWaiting(settings))
  router.get(paths, (request, response) => {
    response.type('html').send(otaPage(publicUrls(request, settings.websocketUrl)))
  })
  // Firmware sends what it calls JSON; it is read as text, because it is not always that.
  router.post(paths, text({ type: () => true, limit: '64kb', defaultCharset: 'utf-8' }), answerDevice(settings))
  return router
}

function answerDevice(settings: OtaSettings): RequestHandler {
  const { log, devices, tokenSecret, websocketUrl, timezoneOffsetMinutes, now } = settings
  return async (request, response) => {
    const report = readOtaReport(typeof request.body === 'string' ? request.body : '')
    const identity = readIdentity(request.headers, new URL(request.url, 'http://device').searchParams)
    const deviceId = requireDeviceId(identity.deviceId ?? report.macAddress)
    const clientId = (identity.clientId ?? report.clientId ?? '').slice(0, 128)
    const { boardType, boardName, chipModel, firmwareVersion, layout } = report
    const { origin, websocket } = publicUrls(request, websocketUrl)
    const { device, outcome } = await enrol(
      devices,
      { deviceId, clientId },
      { boardType, boardName, chipModel, firmwareVersion, layout, origin },
      new Date(now()),
    )
    const activation = await askForOwner(device, settings)
    const refused = outcome === 'refused'
    log[refused ? 'warn' : 'info']({ deviceId, outcome, boardType, firmwareVersion }, 'device configuration')
    // Where an owner is required, the credential is issued to devices that have one.
    const entitled = !refused && !activation
    if (entitled && !device.credentialIssued) await devices.noteCredential(deviceId)
    const token = entitled ? issueDeviceToken(tokenSecret, { deviceId, clientId, epoch: device.credentialEpoch }) : ''
    // A stranger who knows a device's name, and is refused its credential, shall not change what is known of it either.
    const firmware = entitled ? await offerFirmware(device, report, origin, settings) : undefined
    const addresses = { websocketUrl: websocket, token, activation, firmware }
    response.json(toOtaAnswer({ nowMs: now(), timezoneOffsetMinutes, firmwareVersion, ...addresses }))
  }
}

/** A newer image for this device, where it is rolled out to it. That none can be offered now keeps no device from starting. */
async function offerFirmware(
  { deviceId, settings: own }: Device,
  { boardType, chipModel, layout, firmwareVersion }: OtaReport,
  origin: string,
  { firmware, tokenSecret, log }: OtaSettings,
) {
  const { firmwareChannel: channel = 'stable', autoUpdate = true } = own
  const starting = { deviceId, boardType, chipModel, layout, firmwareVersion, channel, autoUpdate }
  const release = await firmware.offer(starting).catch((error: unknown) => {
    log.warn({ error, deviceId }, 'no firmware could be offered')
    return undefined
  })
  if (!release) return undefined
  const { releaseId, version } = release
  return { version, url: `${origin}${firmwarePath}/${releaseId}/${toTicket(tokenSecret, deviceId, releaseId)}.bin` }
}

/** What a device without an owner has to show; undefined when it may go on. */
async function askForOwner({ deviceId, ownerId }: Device, { activation, codes }: OtaSettings) {
  if (activation === 'open' || ownerId !== undefined) return undefined
  const { code } = await codes.issue(deviceId)
  return { code, message: `Parley\n${code}`, challenge: deviceId }
}

/** Devices ask here every few seconds while they wait for their owner: 202 until there is one, 200 from then on. */
function answerWaiting({ devices, activation }: OtaSettings): RequestHandler {
  return async (request, response) => {
    const identity = readIdentity(request.headers, new URL(request.url, 'http://device').searchParams)
    const device = await devices.find(requireDeviceId(identity.deviceId))
    const done = activation === 'open' || device?.ownerId !== undefined
    response.status(done ? 200 : 202).json({ message: done ? 'success' : 'waiting for an owner' })
  }
}

function requireDeviceId(text: string | undefined): string {
  const deviceId = toDeviceId(text ?? '')
  if (deviceId !== undefined) return deviceId
  const issues = [{ path: 'device-id', message: 'a MAC address such as aa:bb:cc:dd:ee:ff' }]
  throw new Problem('bad-request', 'Neither the header "Device-Id" nor "mac_address" names a device', { issues })
}

const allowBrowsers: RequestHandler = (request, response, next) => {
  response.setHeader('Access-Control-Allow-Origin', '*')
  response.setHeader('Access-Control-Allow-Methods', 'GET, POST, OPTIONS')
  const asked = request.get('access-control-request-headers')
  if (asked) response.setHeader('Access-Control-Allow-Headers', asked)
  if (request.method !== 'OPTIONS') return next()
  response.status(204).end()
}
