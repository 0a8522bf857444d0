import type { Bus } from '@parley/bus'
import { device } from '@parley/contracts'
import type { Authenticate } from '../domain/authentication.ts'
import type { Bindings } from '../domain/bindings.ts'

/** Serves what people ask about their devices, and whether a device is who it says. */
export function serveBindings(bus: Bus, bindings: Bindings, authenticate: Authenticate): void {
  bus.handle(device.authenticate, authenticate)
  bus.handle(device.bind, (given, { identity }) => bindings.bind(identity, given))
  bus.handle(device.list, (_input, { identity }) => bindings.list(identity))
  bus.handle(device.read, ({ deviceId }, { identity }) => bindings.read(identity, deviceId))
  bus.handle(device.update, (changes, { identity }) => bindings.update(identity, changes))
  bus.handle(device.unbind, ({ deviceId }, { identity }) => bindings.unbind(identity, deviceId))
}
