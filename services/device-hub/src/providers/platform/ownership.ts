import type { Bus } from '@parley/bus'
import { app, chat, device } from '@parley/contracts'
import type { BindingPorts } from '../../domain/bindings.ts'

/** What a change of ownership means to the rest of the platform. */
export function createOwnership(
  bus: Bus,
): Pick<BindingPorts, 'checkAgent' | 'adopt' | 'announce' | 'disconnect' | 'tell'> {
  return {
    checkAgent: async (agentId) => void (await bus.request(chat.readAgent, { agentId })),
    adopt: async (deviceId, ownerId) => void (await bus.request(chat.adoptDevice, { deviceId, ownerId })),
    announce: (deviceId, changed) => bus.publish(device.changed, changed, { tokens: { deviceId } }),
    disconnect: (deviceId) => bus.publish(device.kick, { reason: 'removed' }, { tokens: { deviceId } }),
    tell: (userId, update) => bus.publish(app.update, update, { tokens: { userId } }),
  }
}
