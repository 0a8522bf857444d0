import { createHash } from 'node:crypto'
import { connectDevice, UpgradeRefused, type VirtualDevice, type VirtualTool } from '@parley/testkit/device'

/** Cannot go on, for a reason the person at the terminal can do something about. */
export class TalkFailure extends Error {
  override readonly name = 'TalkFailure'
}

/** The installation of this device: the same for every run, as on a device that keeps its flash. */
function clientIdOf(deviceId: string): string {
  const hex = createHash('sha256').update(`parley-talk ${deviceId}`).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  )
}

/**
 * Joins Parley as a device does: asks the OTA address for its configuration, then connects where that says. A
 * WebSocket address is used as it is.
 * @throws TalkFailure when nobody answers or the device is not let in.
 */
export async function join(url: string, deviceId: string, tools: Record<string, VirtualTool>): Promise<VirtualDevice> {
  const clientId = clientIdOf(deviceId)
  const told = url.startsWith('http') ? await askConfiguration(url, deviceId, clientId) : { url, token: '' }
  try {
    return await connectDevice({ url: told.url, deviceId, clientId, token: told.token, tools })
  } catch (error) {
    if (error instanceof UpgradeRefused) throw new TalkFailure(error.message, { cause: error })
    throw new TalkFailure(`Nobody answers at ${told.url}`, { cause: error })
  }
}

async function askConfiguration(
  url: string,
  deviceId: string,
  clientId: string,
): Promise<{ url: string; token: string }> {
  const body = {
    version: 2,
    mac_address: deviceId,
    uuid: clientId,
    application: { version: '2.4.2' },
    board: { type: 'virtual' },
  }
  const headers = { 'content-type': 'application/json', 'Device-Id': deviceId, 'Client-Id': clientId }
  const response = await fetch(url, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  }).catch((cause: unknown) => {
    throw new TalkFailure(`No Parley answers at ${url}. Start it with: npm start`, { cause })
  })
  const answer = (await response.json().catch(() => ({}))) as {
    websocket?: { url?: string; token?: string }
    detail?: string
  }
  if (!response.ok || !answer.websocket?.url) {
    throw new TalkFailure(`${url} gives no configuration: ${response.status} ${answer.detail ?? ''}`)
  }
  return { url: answer.websocket.url, token: answer.websocket.token ?? '' }
}
