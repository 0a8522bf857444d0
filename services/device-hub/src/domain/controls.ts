import {
  Problem,
  type DeviceAction,
  type DeviceStatus,
  type OfferedTool,
  type ToolCall,
  type ToolResult,
} from '@parley/contracts'
import { readStatusReport } from './device-status.ts'
import { findSwitch, statusTool } from './switching.ts'

export type ControlPorts = {
  /** What is known of a device of this person's; undefined when it is not theirs. */
  find: (userId: string, deviceId: string) => Promise<{ status?: DeviceStatus | undefined } | undefined>
  /** @throws Problem `unavailable` for a device that is not connected, here and below */
  tools: (deviceId: string) => Promise<OfferedTool[]>
  call: (deviceId: string, call: ToolCall) => Promise<ToolResult>
  now: () => Date
}

export type Controls = {
  /** @throws Problem `not-found` for a device that is not the person's, here and below */
  tools: (userId: string, deviceId: string) => Promise<{ tools: OfferedTool[] }>
  control: (userId: string, given: Given) => Promise<Answer>
}

type Given = { deviceId: string; action: DeviceAction; target?: string | undefined }
type Answer = { success: boolean; message: string; status?: DeviceStatus }

/** What an owner does with a connected device, in the same words whatever its tools are called. */
export function createControls({ find, tools, call, now }: ControlPorts): Controls {
  async function own(userId: string, deviceId: string) {
    const device = await find(userId, deviceId)
    if (!device) throw new Problem('not-found', 'You have no such device')
    return device
  }

  async function readStatus(
    deviceId: string,
    offered: OfferedTool[],
    known: DeviceStatus | undefined,
  ): Promise<Answer> {
    const asks = offered.some(({ name }) => name === statusTool)
    const answer = asks ? await call(deviceId, { name: statusTool, arguments: {} }) : undefined
    const status = (answer && !answer.failed ? readStatusReport(answer.text, now()) : undefined) ?? known
    return { success: true, message: 'The device is online', ...(status && { status }) }
  }

  return {
    tools: async (userId, deviceId) => {
      await own(userId, deviceId)
      return { tools: await tools(deviceId) }
    },
    control: async (userId, { deviceId, action, target }) => {
      const { status } = await own(userId, deviceId)
      const offered = await tools(deviceId)
      if (action === 'get_status') return readStatus(deviceId, offered, status)
      const found = findSwitch(offered, action, target)
      if (!found) {
        const what = target === undefined ? 'one thing to turn on and off; name it' : `such a thing: "${target}"`
        throw new Problem('not-found', `The device has not got ${what}`)
      }
      const { text, failed } = await call(deviceId, found)
      return { success: !failed, message: text }
    },
  }
}
