import { Problem, type ReplyPart, type Sampling, type Usage } from '@parley/contracts'
import type { Charge, LanguageModel, ModelMessage, ModelPart, ModelTool, ModelToolCall } from './language-model.ts'
import type { RunningCall, ToolRunner } from './tools/tool-runner.ts'
import { addUsage } from './usage.ts'

export type AnswerInput = {
  model: LanguageModel
  messages: ModelMessage[]
  tools: ModelTool[]
  sampling: Sampling
  charge: Charge
  /** The id of a model that is asked before the others. */
  prefer?: string | undefined
  /** Calls that are made before the model is asked at all. */
  first?: ModelToolCall[] | undefined
  runner: ToolRunner
  maxRounds: number
}

/** What an answer is made of: `answering` once a round, for the record, and what the caller gets. `finished` is last. */
export type AnswerPart = Extract<ModelPart, { type: 'answering' }> | Exclude<ReplyPart, { type: 'started' }>
type ReplyReason = Extract<ReplyPart, { type: 'finished' }>['reason']

/** About half an hour of speech. What was heard must fit into one report, too. */
const longestAnswer = 24_000

type ModelEnd = Extract<ModelPart, { type: 'finished' }>
type Round = { text: string; calls: ModelToolCall[]; end: Pick<ModelEnd, 'reason' | 'usage' | 'reasoning'> | undefined }

/**
 * Has the model answer, calling tools as often as it wishes within `maxRounds`; then, or when it only repeats itself,
 * it must answer without tools. An answer without a word and without a deed is a Problem `provider-failed`.
 */
export async function* answer(input: AnswerInput, signal: AbortSignal): AsyncGenerator<AnswerPart, void> {
  const messages = [...input.messages]
  let usage: Usage | undefined
  let said = ''
  let limited = input.maxRounds === 0
  let ends = false as boolean

  async function* makeCalls(text: string, calls: ModelToolCall[], reasoning?: string) {
    const { running, more } = input.runner.start(calls)
    messages.push({ role: 'assistant', text, toolCalls: calls, ...(reasoning !== undefined && { reasoning }) })
    const { told, endsConversation } = yield* awaitCalls(running, signal)
    messages.push(...told)
    ends ||= endsConversation
    return more()
  }

  if (input.first) yield* makeCalls('', input.first)
  for (let round = 1; ; round++) {
    const { text, calls, end } = yield* askModel(
      { ...input, messages, tools: limited ? [] : input.tools },
      said,
      signal,
    )
    said += text
    usage = addUsage(usage, end?.usage)
    if (calls.length === 0 || limited) {
      const reason = limited ? 'tool-limit' : toReplyReason(end?.reason)
      if (said === '' && round === 1 && !input.first && reason !== 'content-filter')
        throw new Problem('provider-failed', 'The language model said nothing')
      yield { type: 'finished', reason, ...(usage && { usage }), ...(ends && { endsConversation: true }) }
      return
    }
    const more = yield* makeCalls(text, calls, end?.reasoning || undefined)
    if (ends && said !== '') {
      // It took leave already, and must not do so twice.
      yield { type: 'finished', reason: 'stop', ...(usage && { usage }), endsConversation: true }
      return
    }
    limited = !more || round >= input.maxRounds
  }
}

async function* askModel(
  { model, messages, tools, sampling, prefer, charge }: AnswerInput,
  said: string,
  signal: AbortSignal,
): AsyncGenerator<AnswerPart, Round> {
  const round: Round = { text: '', calls: [], end: undefined }
  for await (const part of model.stream({ messages, tools, sampling, prefer, charge }, { signal })) {
    if (part.type === 'answering') yield part
    else if (part.type === 'tool-call') round.calls.push({ id: part.id, name: part.name, arguments: part.arguments })
    else if (part.type === 'finished') round.end = part
    else {
      const text = round.text === '' && needsSpace(said, part.text) ? ` ${part.text}` : part.text
      round.text += text
      yield { type: 'text-delta', text }
      if (said.length + round.text.length > longestAnswer) return { ...round, calls: [], end: { reason: 'length' } }
    }
  }
  return round
}

/** Between what was said before a tool call and after it, where the script puts spaces between sentences. */
function needsSpace(before: string, after: string): boolean {
  return /[!-~]$/.test(before) && !/^\s/.test(after)
}

type Told = { told: ModelMessage[]; endsConversation: boolean }

async function* awaitCalls(running: RunningCall[], signal: AbortSignal): AsyncGenerator<AnswerPart, Told> {
  for (const { name } of running) yield { type: 'tool-start', name }
  const told: ModelMessage[] = []
  let ends = false
  for (const { id, name, result } of running) {
    const { text, failed, endsConversation = false } = await result
    signal.throwIfAborted()
    yield { type: 'tool-end', name, failed }
    told.push({ role: 'tool', callId: id, text, failed })
    ends ||= endsConversation
  }
  return { told, endsConversation: ends }
}

function toReplyReason(reason: ModelEnd['reason'] | undefined): ReplyReason {
  return reason === undefined || reason === 'tool-calls' ? 'stop' : reason
}
