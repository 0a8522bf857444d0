import type { Bus } from '@parley/bus'
import { device } from '@parley/contracts'
import type { Bindings } from '../domain/bindings.ts'

/** Serves what people ask about whose devices are whose. */
export function serveBindings(bus: Bus, bindings: Bindings): void {
  bus.handle(device.bind, (given, { identity }) => bindings.bind(identity, given))
  bus.handle(device.list, (_input, { identity }) => bindings.list(identity))
  bus.handle(device.read, ({ deviceId }, { identity }) => bindings.read(identity, deviceId))
  bus.handle(device.update, (changes, { identity }) => bindings.update(identity, changes))
  bus.handle(device.unbind, ({ deviceId }, { identity }) => bindings.unbind(identity, deviceId))
  bus.handle(device.transfer, ({ deviceId }, { identity }) => bindings.transfer(identity, deviceId))
  bus.handle(device.allowRebind, ({ deviceId }, { identity }) => bindings.allowRebind(identity, deviceId))
}
