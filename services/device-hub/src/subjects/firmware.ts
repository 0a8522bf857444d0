import type { Bus } from '@parley/bus'
import { deviceFirmware } from '@parley/contracts'
import type { Firmware } from '../domain/firmware.ts'

/** Serves what operators do with firmware. */
export function serveFirmware(bus: Bus, firmware: Firmware): void {
  bus.handle(deviceFirmware.addFirmware, (image, { identity }) => firmware.add(identity.userId, image))
  bus.handle(deviceFirmware.listFirmware, ({ boardType, limit }) => firmware.list(boardType, limit))
  bus.handle(deviceFirmware.rollOut, ({ releaseId, ...changes }) => firmware.rollOut(releaseId, changes))
  bus.handle(deviceFirmware.removeFirmware, ({ releaseId }) => firmware.remove(releaseId))
  bus.handle(deviceFirmware.listInstalled, ({ after, limit }) => firmware.listInstalled(after, limit))
}
