import type { DeviceStatus, DeviceTool, OfferedTool, ToolCall, ToolResult } from '@parley/contracts'
import type { ClientMessage } from '@parley/device-protocol'
import { readStatusReport, readThings } from './device-status.ts'
import { connectDeviceTools, type DeviceTools, type Vision } from './device-tools.ts'
import { createIotThings, type IotThings } from './iot-things.ts'
import { pairingTool, toPairingResult, type PairingCode } from './pairing.ts'
import type { Clock, Link } from './ports.ts'
import { statusTool } from './switching.ts'

/** Everything that can be asked of a device: the hub's own tools, its MCP tools, and the things of older firmware. */
export type SessionTools = {
  /** The device said hello. */
  greet: (hello: { mcp: boolean }) => void
  receive: (message: ClientMessage & { type: 'mcp' | 'iot' }) => void
  /** For whoever may use everything. */
  list: () => OfferedTool[]
  /** For a model. */
  forModel: () => DeviceTool[]
  call: (call: ToolCall, options: { signal?: AbortSignal }) => Promise<ToolResult>
  close: () => void
}

export type SessionToolsSettings = {
  link: Link
  clock: Clock
  vision: () => Vision | undefined
  /** Whether the device can be paired at the moment, and with which code. */
  canPair: () => boolean
  pairingCode: () => Promise<PairingCode>
  /** It is known what the device can do. */
  onReady: () => void
  onStatus: (status: DeviceStatus) => void
}

/** What a reply may be told of (`ReplyInput`). */
const mostTools = 128

export function createSessionTools(settings: SessionToolsSettings): SessionTools {
  const { link, clock, vision, canPair, pairingCode, onReady, onStatus } = settings
  let mcp: DeviceTools | undefined
  let things: IotThings | undefined
  let ready = false

  function becomeReady() {
    if (ready) return
    ready = true
    onReady()
  }

  async function onMcpReady() {
    becomeReady()
    if (!mcp?.list().some(({ name }) => name === statusTool)) return
    await mcp.call({ name: statusTool, arguments: {} }, {}).then(tellStatus, () => undefined)
  }

  function tellStatus({ text, failed }: ToolResult) {
    const status = failed ? undefined : readStatusReport(text, new Date())
    if (status) onStatus(status)
  }

  const own = (): OfferedTool[] => [
    ...(mcp?.list() ?? []),
    ...(things?.tools() ?? []).map((tool) => ({ ...tool, userOnly: false })),
  ]

  return {
    greet: ({ mcp: hasMcp }) => {
      if (!hasMcp) return becomeReady()
      mcp ??= connectDeviceTools({ link, clock, vision: vision(), onReady: () => void onMcpReady() })
    },
    receive: (message) => {
      if (message.type === 'mcp') return mcp?.receive(message.payload)
      things ??= createIotThings()
      things.describe(message.descriptors)
      things.update(message.states)
      if (message.states.length > 0) onStatus(readThings(things.states, new Date()))
    },
    list: () => own().slice(0, mostTools),
    forModel: () => {
      const tools = own().flatMap(({ userOnly, ...tool }) => (userOnly ? [] : [tool]))
      return [...(canPair() ? [pairingTool] : []), ...tools].slice(0, mostTools)
    },
    call: async (call, options) => {
      if (call.name === pairingTool.name) return toPairingResult(await pairingCode())
      const done = things?.call(call, (command) => link.send({ type: 'iot', commands: [command] }))
      if (done) return done
      if (!mcp) return { text: 'This device has no tools', failed: true }
      const result = await mcp.call(call, options)
      if (call.name === statusTool) tellStatus(result)
      return result
    },
    close: () => mcp?.close(),
  }
}
