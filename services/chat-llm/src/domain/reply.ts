import type { DeviceTool, ReplyPart } from '@parley/contracts'
import { answer } from './answer.ts'
import type { LanguageModel } from './language-model.ts'
import type { Recall } from './memory/recall.ts'
import type { DeviceTools, OpenConversation } from './ports.ts'
import type { DeviceFacts } from './prompt-variables.ts'
import { createPromptBuilder } from './prompt.ts'
import { nameTools } from './tool-names.ts'
import { createToolRunner } from './tool-round.ts'
import { payerOf } from './payer.ts'
import { createTurnRunner, type AskedTurn, type TurnLimits, type TurnPorts } from './turn-runner.ts'

export type ReplyPorts = TurnPorts & {
  model: LanguageModel
  tools: DeviceTools
  /** What of the owner is worth knowing for a question. */
  recall: Recall
}

export type ReplyLimits = TurnLimits & {
  toolTimeoutMs: number
  maxToolRounds: number
  timeZone: string
}

/** What somebody said to a device or typed in an app. `tools` are those of the device that asks. */
export type Question = AskedTurn & {
  language?: string | undefined
  device?: DeviceFacts | undefined
  tools?: DeviceTool[] | undefined
}

export type Replier = (question: Question, options: { signal: AbortSignal }) => AsyncGenerator<ReplyPart, void>

/** Answers what a user said to a device or typed in an app; tools of the device are called on the way. */
export function createReplier(ports: ReplyPorts, limits: ReplyLimits): Replier {
  const { model, recall } = ports
  const buildPrompt = createPromptBuilder(limits)
  const run = createTurnRunner(ports, limits)

  async function* ask(
    question: Question,
    { agent, history, summary, deviceId, ownerId }: OpenConversation,
    { now, signal }: { now: Date; signal: AbortSignal },
  ) {
    const names = nameTools(question.tools ?? [])
    const { text, language, speaker, device } = question
    const runner = createToolRunner({ deviceId, names, tools: ports.tools, timeoutMs: limits.toolTimeoutMs, signal })
    const known = ownerId !== undefined && agent.memory === 'facts' ? await recall(ownerId, text, signal) : []
    const messages = buildPrompt({ agent, history, summary, facts: known, text, language, speaker, device, now })
    const { sampling, model: prefer } = agent
    const charge = { payer: payerOf(question.asker), purpose: 'reply', turnId: question.turnId }
    const how = { sampling, prefer, charge, runner, maxRounds: limits.maxToolRounds }
    yield* answer({ model, messages, tools: names.offered, ...how }, signal)
  }

  function started(question: Question, conversation: OpenConversation) {
    const voice = toVoice(conversation, question)
    return { type: 'started' as const, conversationId: conversation.id, voice, provider: model.name }
  }

  return (question, { signal }) => run(question, { started, ask }, signal)
}

function toVoice({ agent }: OpenConversation, { language }: Question) {
  const spoken = agent.voice.language ?? language ?? agent.language
  return spoken ? { ...agent.voice, language: spoken } : agent.voice
}
