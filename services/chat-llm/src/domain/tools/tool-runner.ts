import { Problem, toProblem } from '@parley/contracts'
import type { ModelToolCall } from '../language-model.ts'
import type { TurnHooks } from '../hooks/turn-hooks.ts'
import type { Clock } from '../ports.ts'
import { markOutside } from './outside.ts'
import { unlessAborted } from '../unless-aborted.ts'
import type { Tool, ToolOrigin, ToolOutcome, ToolTurn } from './tool.ts'

const longestOutput = 4_000

/** A call under way. `name` is the tool's own, as far as there is one; `result` never rejects. */
export type RunningCall = { id: string; name: string; result: Promise<ToolOutcome> }

export type ToolRunner = {
  /**
   * Starts the calls of one round side by side. `more` is whether another round may follow: not when each of them repeats
   * an earlier one, nor when the time of all tools is used up.
   */
  start: (calls: ModelToolCall[]) => { running: RunningCall[]; more: () => boolean }
}

export type ToolLimits = {
  /** For one call. */
  toolTimeoutMs: number
  /** For all calls of a turn together, as they are waited for. */
  toolsTimeoutMs: number
  /** Side by side in one round. */
  maxCallsPerRound: number
}

/** How one call went, without anyone's words. */
export type ToolRecord = {
  turnId: string
  name: string
  origin: ToolOrigin | 'none'
  ms: number
  failed: boolean
  /** What it threw that is no Problem: a mistake in the tool. */
  error?: unknown
  /** Why it was not made or not waited for; undefined when it was. */
  stopped: 'unknown' | 'too-many' | 'no-time' | 'refused' | 'timeout' | 'aborted' | undefined
}

export type ToolObserver = { toolCalled: (record: ToolRecord) => void }

export type ToolRunnerPorts = {
  turn: ToolTurn
  /** The tool that was offered by a name. */
  find: (offeredName: string) => Tool | undefined
  clock: Pick<Clock, 'monotonicMs' | 'timeout'>
  observer: ToolObserver
  hooks: Pick<TurnHooks, 'calling' | 'called'>
  signal: AbortSignal
}

/**
 * Runs the tool calls of one reply. Whatever goes wrong becomes a result that tells the model. A call with the name and
 * arguments of an earlier one is not made again: its result is given again, so that a model that goes in circles does
 * not press the same button over and over. What comes from outside is marked as such.
 */
export function createToolRunner(ports: ToolRunnerPorts, limits: ToolLimits): ToolRunner {
  const { turn, find, clock, observer, hooks, signal } = ports
  const made = new Map<string, Promise<ToolOutcome>>()
  let leftMs = limits.toolsTimeoutMs

  function note(call: ModelToolCall, about: Pick<ToolRecord, 'ms' | 'failed' | 'stopped' | 'error'>) {
    const tool = find(call.name)
    observer.toolCalled({
      turnId: turn.turnId,
      name: tool?.name ?? call.name,
      origin: tool?.origin ?? 'none',
      ...about,
    })
  }

  function refuse(call: ModelToolCall, stopped: ToolRecord['stopped'], reason: string): Promise<ToolOutcome> {
    note(call, { ms: 0, failed: true, stopped })
    return Promise.resolve(failure(reason))
  }

  async function make(call: ModelToolCall, tool: Tool, timeoutMs: number): Promise<ToolOutcome> {
    const startedAt = clock.monotonicMs()
    const ended = (about: Pick<ToolRecord, 'failed' | 'stopped' | 'error'>) =>
      note(call, { ms: clock.monotonicMs() - startedAt, ...about })
    try {
      const args = readArguments(call.arguments)
      const { name, origin } = tool
      const why = await hooks.calling({ name, origin, arguments: args })
      if (why !== undefined) return await refuse(call, 'refused', why)
      const outcome = await within(timeoutMs, args, tool)
      ended({ failed: outcome.failed, stopped: undefined })
      return await told(outcome, tool)
    } catch (error) {
      const problem = toProblem(error)
      const stopped = signal.aborted ? 'aborted' : problem.code === 'timeout' ? 'timeout' : undefined
      ended({ failed: true, stopped, ...(problem !== error && !stopped && { error }) })
      const failed = failure(toToldReason(problem, tool))
      // An error, too, may be in the words of whoever is outside.
      return stopped ? failed : told(failed, tool)
    }
  }

  /** As the model gets it. Never throws: when the signal aborts, nobody reads it any more. */
  async function told(outcome: ToolOutcome, { name, origin, trusted }: Tool): Promise<ToolOutcome> {
    const given = { name, origin, trusted, text: cap(outcome.text) }
    const text = await hooks.called(given).catch(() => '')
    return { ...outcome, text: trusted ? text : markOutside(text) }
  }

  /** A tool that does not heed its signal is not waited for either. */
  function within(timeoutMs: number, args: Record<string, unknown>, tool: Tool): Promise<ToolOutcome> {
    const timeout = clock.timeout(timeoutMs)
    const stop = AbortSignal.any([signal, timeout])
    return unlessAborted(tool.run(args, { turn, timeoutMs, signal: stop }), stop).catch((error: unknown) => {
      if (signal.aborted || !timeout.aborted) throw error
      throw new Problem('timeout', `No answer within ${timeoutMs} ms`, { cause: error })
    })
  }

  function startCall(call: ModelToolCall, position: number, roundLeftMs: number): RunningCall {
    const tool = find(call.name)
    const key = `${call.name} ${call.arguments}`
    const name = tool?.name ?? call.name
    const known = made.get(key)
    if (known) return { id: call.id, name, result: known }
    const result = begin()
    made.set(key, result)
    return { id: call.id, name, result }

    function begin(): Promise<ToolOutcome> {
      if (!tool) return refuse(call, 'unknown', `There is no tool named ${call.name}.`)
      if (position >= limits.maxCallsPerRound)
        return refuse(call, 'too-many', `Not more than ${limits.maxCallsPerRound} calls at once.`)
      if (roundLeftMs <= 0) return refuse(call, 'no-time', 'There is no time left for tools. Answer without it.')
      return make(call, tool, Math.min(tool.timeoutMs ?? limits.toolTimeoutMs, roundLeftMs))
    }
  }

  return {
    start: (calls) => {
      const before = made.size
      const startedAt = clock.monotonicMs()
      const running = calls.map((call, position) => startCall(call, position, leftMs))
      const fresh = made.size > before
      const more = () => {
        leftMs -= clock.monotonicMs() - startedAt
        return fresh && leftMs > 0
      }
      return { running, more }
    },
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

/** What a model is told may end up in somebody's ear: it says nothing of how the tool works inside. */
function toToldReason({ code, detail }: Problem, { origin }: Tool): string {
  const who = origin === 'device' ? 'The device' : 'The service'
  if (code === 'unavailable') return `${who} cannot be reached at the moment.`
  if (code === 'timeout') return `${who} gave no answer in time.`
  return detail
}

function failure(reason: string): ToolOutcome {
  return { text: `Error: ${reason}`, failed: true }
}

function cap(text: string): string {
  return text.length <= longestOutput ? text : `${text.slice(0, longestOutput)}… [cut]`
}
