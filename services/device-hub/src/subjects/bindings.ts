import type { Bus } from '@parley/bus'
import { device } from '@parley/contracts'
import { authenticateDevice, type AuthenticateSettings } from '../domain/authenticate.ts'
import type { Bindings } from '../domain/bindings.ts'

/** Serves what people ask about their devices. */
export function serveBindings(bus: Bus, bindings: Bindings): void {
  bus.handle(device.bind, (given, { identity }) => bindings.bind(identity, given))
  bus.handle(device.list, (_input, { identity }) => bindings.list(identity))
  bus.handle(device.read, ({ deviceId }, { identity }) => bindings.read(identity, deviceId))
  bus.handle(device.update, (changes, { identity }) => bindings.update(identity, changes))
  bus.handle(device.unbind, ({ deviceId }, { identity }) => bindings.unbind(identity, deviceId))
}

/** Serves other services that a device asks something of. */
export function serveAuthentication(bus: Bus, settings: AuthenticateSettings): void {
  bus.handle(device.authenticate, (proof) => authenticateDevice(proof, settings))
}
