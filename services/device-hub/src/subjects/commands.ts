import type { Bus } from '@parley/bus'
import { deviceCommands } from '@parley/contracts'
import type { Commands } from '../domain/commands.ts'

/** Serves commands for devices, wherever these are. */
export function serveCommands(bus: Bus, commands: Commands): void {
  bus.handle(deviceCommands.sendCommand, (given, { identity }) => commands.send(identity.userId, given))
  bus.handle(deviceCommands.operate, (given, { identity }) => commands.operate(identity.userId, given))
  bus.handle(deviceCommands.listCommands, ({ deviceId, limit }, { identity }) =>
    commands.list(identity.userId, deviceId, limit),
  )
}
