import { Device, device, rtc, toDeviceId } from '@parley/contracts'
import { z } from 'zod'
import { asking, type Route } from './route.ts'

const tag = 'Devices'
const own = { tag, auth: 'user', scope: 'devices', envelope: 'companion' } as const

/** A MAC address in any of the spellings that are about. */
export const AnyDeviceId = z.string().transform((text, context) => {
  const deviceId = toDeviceId(text)
  if (deviceId !== undefined) return deviceId
  context.addIssue({ code: 'custom', message: 'a MAC address such as aa:bb:cc:dd:ee:ff' })
  return z.NEVER
})
const One = z.object({ deviceId: AnyDeviceId })

const DeviceView = z.object({
  mac_address: z.string(),
  name: z.string(),
  agent_id: z.uuid().nullable(),
  board_name: z.string().nullable(),
  firmware_version: z.string().nullable(),
  online: z.boolean(),
  battery_percent: z.number().nullable(),
  volume_percent: z.number().nullable(),
  bound_at: z.iso.datetime(),
  last_seen_at: z.iso.datetime(),
})

function toView(found: Device): z.infer<typeof DeviceView> {
  const { deviceId, name, agentId, boardName, firmwareVersion, online, status, boundAt, lastSeenAt } = found
  return {
    mac_address: deviceId,
    name,
    agent_id: agentId ?? null,
    board_name: boardName ?? null,
    firmware_version: firmwareVersion ?? null,
    online,
    battery_percent: status?.batteryPercent ?? null,
    volume_percent: status?.volumePercent ?? null,
    bound_at: boundAt,
    last_seen_at: lastSeenAt,
  }
}

const RoomView = z.object({
  app_id: z.string(),
  room_id: z.string(),
  user_id: z.string(),
  task_id: z.string(),
  token: z.string(),
  expires_at: z.iso.datetime(),
})

export const deviceRoutes: Route[] = [
  asking({
    ...own,
    method: 'post',
    path: '/api/device/bind',
    operationId: 'bindDevice',
    summary: 'Make the device yours that shows or says this code',
    rate: 'pairing',
    idempotent: true,
    body: z.object({
      code: z.string().regex(/^[0-9]{6}$/, 'the six digits of the device'),
      name: z.string().max(64).optional(),
    }),
    contract: device.bind,
    ask: ({ body }) => body,
    answer: { schema: DeviceView, from: toView },
    status: 201,
  }),
  asking({
    ...own,
    method: 'get',
    path: '/api/device/',
    operationId: 'listDevices',
    summary: 'Your devices, the last one bound first',
    contract: device.list,
    ask: () => ({}),
    answer: {
      schema: z.object({ devices: z.array(DeviceView) }),
      from: ({ devices }) => ({ devices: devices.map(toView) }),
    },
  }),
  asking({
    ...own,
    method: 'get',
    path: '/api/device/:deviceId',
    operationId: 'readDevice',
    summary: 'One of your devices',
    owned: true,
    params: One,
    contract: device.read,
    ask: ({ params }) => params,
    answer: { schema: DeviceView, from: toView },
  }),
  asking({
    ...own,
    method: 'patch',
    path: '/api/device/:deviceId',
    operationId: 'updateDevice',
    summary: 'Rename a device, or give it an agent; null is the default agent',
    owned: true,
    params: One,
    body: z.object({ name: z.string().trim().min(1).max(64).optional(), agent_id: z.uuid().nullable().optional() }),
    contract: device.update,
    ask: ({ params, body: { name, agent_id: agentId } }) => ({ ...params, name, agentId }),
    answer: { schema: DeviceView, from: toView },
  }),
  asking({
    ...own,
    method: 'delete',
    path: '/api/device/:deviceId',
    operationId: 'unbindDevice',
    summary: 'Give a device up',
    owned: true,
    params: One,
    contract: device.unbind,
    ask: ({ params }) => params,
  }),
  asking({
    tag,
    auth: 'none',
    openBecause: 'a device has no account; its own credential, as the bearer, is the proof',
    envelope: 'companion',
    method: 'post',
    path: '/api/device/rtc-token/get_by_mac',
    operationId: 'issueDeviceRtcToken',
    summary: 'For a device: a token for the RTC room of its owner',
    rate: 'login',
    query: z.object({ mac_address: AnyDeviceId }),
    contract: rtc.issueDeviceToken,
    ask: ({ query: { mac_address: deviceId }, bearer: credential, request }) => ({
      deviceId,
      credential,
      clientId: request.get('client-id')?.slice(0, 128),
    }),
    answer: {
      schema: RoomView,
      from: ({ appId, roomId, userId, taskId, token, expiresAt }) => ({
        app_id: appId,
        room_id: roomId,
        user_id: userId,
        task_id: taskId,
        token,
        expires_at: expiresAt,
      }),
    },
  }),
]
