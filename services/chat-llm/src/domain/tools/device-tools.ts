import type { DeviceTools } from '../ports.ts'
import type { ToolSource } from './tool.ts'

/** What the device that asks can do itself, called through whoever holds its socket. */
export function createDeviceToolSource(devices: DeviceTools): ToolSource {
  return {
    name: 'device',
    toolsFor: ({ deviceId, deviceTools }) => {
      if (deviceId === undefined) return []
      return deviceTools.map((tool) => ({
        ...tool,
        origin: 'device',
        trusted: true,
        run: (args, { timeoutMs, signal }) =>
          devices.call(deviceId, { name: tool.name, arguments: args }, { timeoutMs, signal }),
      }))
    },
  }
}
