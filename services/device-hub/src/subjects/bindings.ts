import type { Bus } from '@parley/bus'
import { device } from '@parley/contracts'
import type { Logger } from '@parley/service-kit'
import type { Bindings } from '../domain/bindings.ts'
import { createAudited } from './audited.ts'

const itself = ({ deviceId }: { deviceId: string }) => deviceId

/** Serves what is asked about whose devices are whose. */
export function serveBindings(bus: Bus, bindings: Bindings, log: Logger): void {
  const audited = createAudited(bus, log)
  bus.handle(
    device.bind,
    audited(
      'device.bound',
      (given, { identity }) => bindings.bind(identity, given),
      (_given, bound) => bound?.deviceId,
    ),
  )
  bus.handle(device.list, (_input, { identity }) => bindings.list(identity))
  bus.handle(device.read, ({ deviceId }, { identity }) => bindings.read(identity, deviceId))
  bus.handle(device.update, (changes, { identity }) => bindings.update(identity, changes))
  bus.handle(device.setAgent, async (given) => {
    await bindings.setAgent(given)
    return {}
  })
  bus.handle(
    device.unbind,
    audited('device.unbound', ({ deviceId }, { identity }) => bindings.unbind(identity, deviceId), itself),
  )
  bus.handle(
    device.transfer,
    audited('device.transfer-begun', ({ deviceId }, { identity }) => bindings.transfer(identity, deviceId), itself),
  )
  bus.handle(
    device.allowRebind,
    audited('device.rebind-allowed', ({ deviceId }, { identity }) => bindings.allowRebind(identity, deviceId), itself),
  )
}
