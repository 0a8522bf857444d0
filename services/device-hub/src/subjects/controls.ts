import type { Bus } from '@parley/bus'
import { device } from '@parley/contracts'
import type { Controls } from '../domain/controls.ts'

/** Serves what owners do with their connected devices. */
export function serveControls(bus: Bus, controls: Controls): void {
  bus.handle(device.readTools, ({ deviceId }, { identity }) => controls.tools(identity.userId, deviceId))
  bus.handle(device.control, (given, { identity }) => controls.control(identity.userId, given))
}
