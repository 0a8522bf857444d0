import { randomInt } from 'node:crypto'
import type { Bus } from '@parley/bus'
import { app, device, deviceCommands, type AppUpdate } from '@parley/contracts'
import type { ObjectStore } from '@parley/object-store'
import { repeat, serveErasing, type Logger } from '@parley/service-kit'
import type { Redis } from 'ioredis'
import { v7 as uuidv7 } from 'uuid'
import { createAlarms, type Alarms, type AlarmStore } from './domain/alarms.ts'
import { createBindings, type BindingStore } from './domain/bindings.ts'
import { createFirmware, type Firmware } from './domain/firmware.ts'
import { createCommands, type CommandStore } from './domain/commands.ts'
import { createControls } from './domain/controls.ts'
import { createPairingCodes, type PairingCodes } from './domain/pairing.ts'
import { createOwnership } from './providers/platform/ownership.ts'
import { createAlarmStore } from './stores/prisma-alarm-store.ts'
import { createBindingStore } from './stores/prisma-binding-store.ts'
import { createFirmwareStore } from './stores/prisma-firmware-store.ts'
import { createImageStore } from './stores/object-images.ts'
import { createCommandStore } from './stores/prisma-command-store.ts'
import type { PrismaClient } from './stores/generated/client.ts'
import { createWhoIsOnline } from './stores/redis-lease-store.ts'
import { createPairingStore } from './stores/redis-pairing-store.ts'
import { serveAlarms } from './subjects/alarms.ts'
import { serveBindings } from './subjects/bindings.ts'
import { serveCommands } from './subjects/commands.ts'
import { serveFirmware } from './subjects/firmware.ts'
import { serveControls } from './subjects/controls.ts'

const finishAdoptionsEveryMs = 30_000
const expireCommandsEveryMs = 15_000
const dropLateEveryMs = 60_000

export type RegistryGiven = {
  bus: Bus
  log: Logger
  database: PrismaClient
  redis: Redis
  objects: ObjectStore
  timeZone: string
}

/** What people have and want of their devices; `commands`, `alarms` and `bindings` are what a connection needs of it. */
export type Registry = AsyncDisposable & {
  codes: PairingCodes
  bindings: BindingStore
  commands: CommandStore
  alarms: Alarms
  alarmStore: AlarmStore
  firmware: Firmware
}

/** Opens the registry and serves what people ask of it. */
export function openRegistry({ bus, log, database, redis, objects, timeZone }: RegistryGiven): Registry {
  const stack = new AsyncDisposableStack()
  const now = () => new Date()
  const ownership = createOwnership(bus)
  const whoIsOnline = createWhoIsOnline(redis)
  const bindingStore = createBindingStore(database)
  const commandStore = createCommandStore(database)
  const owns = async (userId: string, deviceId: string) => (await bindingStore.find(deviceId, userId)) !== undefined
  const tell = (userId: string, update: AppUpdate) => bus.publish(app.update, update, { tokens: { userId } })
  const codes = createPairingCodes(createPairingStore(redis), (below) => randomInt(below))
  const bindings = createBindings({
    ...ownership,
    bindings: bindingStore,
    codes,
    whoIsOnline,
    onFailure: (error, what) => log.warn({ error }, what),
    newId: uuidv7,
    now,
  })
  const commands = createCommands({
    store: commandStore,
    owns,
    announce: (deviceId) => bus.publish(deviceCommands.commandsWait, {}, { tokens: { deviceId } }),
    tell,
    newId: uuidv7,
    now,
  })
  const alarmStore = createAlarmStore(database)
  const alarms = createAlarms({ store: alarmStore, owns, tell, newId: uuidv7, now }, { timeZone })
  const controls = createControls({
    find: (userId, deviceId) => bindingStore.find(deviceId, userId),
    tools: async (deviceId) => (await bus.request(device.tools, {}, { tokens: { deviceId } })).tools,
    call: (deviceId, call) => bus.request(device.call, call, { tokens: { deviceId } }),
    now,
  })
  const firmware = createFirmware({
    store: createFirmwareStore(database),
    images: createImageStore(objects),
    whoIsOnline,
    newId: uuidv7,
    now,
  })
  const { finishAdoptions } = bindings
  const adoptions = {
    everyMs: finishAdoptionsEveryMs,
    work: finishAdoptions,
    what: 'owners wait for conversations',
    log,
  }
  stack.use(repeat(adoptions))
  stack.use(repeat({ everyMs: expireCommandsEveryMs, work: commands.expire, what: 'old commands are not ended', log }))
  stack.use(repeat({ everyMs: dropLateEveryMs, work: alarms.dropLate, what: 'late timers are not dropped', log }))
  serveBindings(bus, bindings, log)
  serveErasing(bus, 'device-hub', bindings.erase)
  serveCommands(bus, commands)
  serveAlarms(bus, alarms)
  serveControls(bus, controls)
  serveFirmware(bus, firmware)
  return {
    codes,
    bindings: bindingStore,
    commands: commandStore,
    alarms,
    alarmStore,
    firmware,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}
