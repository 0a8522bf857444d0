import { Problem, toProblem, type ToolResult } from '@parley/contracts'
import type { ModelToolCall } from './language-model.ts'
import type { DeviceTools } from './ports.ts'
import type { NamedTools } from './tool-names.ts'

const longestOutput = 4_000

/** A call under way. `name` is the device's own, as far as there is one; `result` never rejects. */
export type RunningCall = { id: string; name: string; result: Promise<ToolResult> }

export type ToolRunner = {
  /** Starts the calls of one round side by side. `fresh` is false when each of them repeats an earlier one. */
  start: (calls: ModelToolCall[]) => { running: RunningCall[]; fresh: boolean }
}

export type ToolRunnerSettings = {
  /** Whose tools they are; without it there are none to call. */
  deviceId: string | undefined
  names: NamedTools
  tools: DeviceTools
  timeoutMs: number
  signal: AbortSignal
}

/**
 * Runs the tool calls of one reply. Whatever goes wrong becomes a result that tells the model. A call with the name and
 * arguments of an earlier one is not made again: its result is given again, so that a model that goes in circles does
 * not press the same button over and over.
 */
export function createToolRunner(settings: ToolRunnerSettings): ToolRunner {
  const made = new Map<string, Promise<ToolResult>>()

  function startCall(call: ModelToolCall): RunningCall {
    const key = `${call.name} ${call.arguments}`
    const result = made.get(key) ?? runCall(call, settings)
    made.set(key, result)
    return { id: call.id, name: settings.names.realName(call.name) ?? call.name, result }
  }

  return {
    start: (calls) => {
      const before = made.size
      const running = calls.map(startCall)
      return { running, fresh: made.size > before }
    },
  }
}

async function runCall(
  call: ModelToolCall,
  { deviceId, names, tools, timeoutMs, signal }: ToolRunnerSettings,
): Promise<ToolResult> {
  try {
    const name = names.realName(call.name)
    if (name === undefined || deviceId === undefined) return failure(`There is no tool named ${call.name}.`)
    const result = await tools.call(deviceId, { name, arguments: readArguments(call.arguments) }, { timeoutMs, signal })
    return { text: cap(result.text), failed: result.failed }
  } catch (error) {
    return failure(toToldReason(toProblem(error)))
  }
}

/** Models write nothing at all for a tool without arguments. */
function readArguments(text: string): Record<string, unknown> {
  if (text.trim() === '') return {}
  const value = parseJson(text)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw new Problem('bad-request', 'The arguments are not a JSON object. Call the tool again with valid arguments.')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function toToldReason({ code, detail }: Problem): string {
  if (code === 'unavailable') return 'The device cannot be reached at the moment.'
  if (code === 'timeout') return 'The device gave no answer in time.'
  return detail
}

function failure(reason: string): ToolResult {
  return { text: `Error: ${reason}`, failed: true }
}

function cap(text: string): string {
  return text.length <= longestOutput ? text : `${text.slice(0, longestOutput)}… [cut]`
}
