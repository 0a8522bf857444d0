import { device, DeviceAction, deviceCommands, DeviceSettingsChange, SendCommandInput } from '@parley/contracts'
import { z } from 'zod'
import { AnyDeviceId } from './devices.ts'
import { asking, PageLimit, type Route } from './route.ts'

const own = { tag: 'Devices', auth: 'user', scope: 'devices', owned: true } as const
const One = z.object({ deviceId: AnyDeviceId })
const path = '/api/v1/devices/:deviceId'

/** A command, and for how long it waits for a device that is away. */
export const CommandBody = SendCommandInput.omit({ deviceId: true })

/** What an owner does with one device, beside having it. */
export const deviceControlRoutes: Route[] = [
  asking({
    ...own,
    method: 'get',
    path,
    operationId: 'describeDevice',
    summary: 'One of your devices: how it is, how it is set, what became of its last firmware',
    params: One,
    contract: device.read,
    ask: ({ params }) => params,
  }),
  asking({
    ...own,
    method: 'patch',
    path: `${path}/settings`,
    operationId: 'setDevice',
    summary: 'Change how a device behaves, from its next turn on; null takes a setting back',
    params: One,
    body: DeviceSettingsChange,
    contract: device.update,
    ask: ({ params, body }) => ({ ...params, settings: body }),
  }),
  asking({
    ...own,
    method: 'post',
    path: `${path}/transfer`,
    operationId: 'transferDevice',
    summary: 'A code with which somebody else makes the device theirs',
    params: One,
    contract: device.transfer,
    ask: ({ params }) => params,
    status: 201,
  }),
  asking({
    ...own,
    method: 'post',
    path: `${path}/rebind`,
    operationId: 'allowDeviceRebind',
    summary: 'Let a device in again whose flash was erased: it has to be restarted within a quarter of an hour',
    params: One,
    contract: device.allowRebind,
    ask: ({ params }) => params,
  }),
  asking({
    ...own,
    method: 'get',
    path: `${path}/tools`,
    operationId: 'readDeviceTools',
    summary: 'What a connected device can do',
    params: One,
    contract: device.readTools,
    ask: ({ params }) => params,
  }),
  asking({
    ...own,
    method: 'post',
    path: `${path}/control`,
    operationId: 'controlDevice',
    summary: 'Turn something on a connected device on or off, or ask how the device is',
    params: One,
    body: z.object({ action: DeviceAction, target: z.string().trim().min(1).max(64).optional() }),
    contract: device.control,
    ask: ({ params, body }) => ({ ...params, ...body }),
  }),
  asking({
    ...own,
    method: 'post',
    path: `${path}/commands`,
    operationId: 'sendDeviceCommand',
    summary: 'Give a device a command, now or when it is back; what becomes of it is told over /ws/app',
    params: One,
    body: CommandBody,
    contract: deviceCommands.sendCommand,
    ask: ({ params, body }) => ({ ...params, ...body }),
    status: 202,
  }),
  asking({
    ...own,
    method: 'get',
    path: `${path}/commands`,
    operationId: 'listDeviceCommands',
    summary: 'What a device was told lately, and what became of it',
    params: One,
    query: z.object({ limit: PageLimit }),
    contract: deviceCommands.listCommands,
    ask: ({ params, query }) => ({ ...params, ...query }),
  }),
]
