import type { DeviceTool, ReplyPart } from '@parley/contracts'
import { answer, type AnswerPart } from './answer.ts'
import type { LanguageModel } from './language-model.ts'
import type { OpenConversation } from './ports.ts'
import { createPromptBuilder } from './prompt.ts'
import type { Toolbox } from './tools/toolbox.ts'
import { createTurnRunner, type AskedTurn, type TurnLimits, type TurnPorts } from './turn-runner.ts'

export type ReplyPorts = TurnPorts & { model: LanguageModel; toolbox: Toolbox }

export type ReplyLimits = TurnLimits & {
  maxToolRounds: number
  timeZone: string
}

/** What somebody said to a device or typed in an app. `tools` are those of the device that asks. */
export type Question = AskedTurn & {
  language?: string | undefined
  /** Who speaks, where their voice is known. */
  speaker?: string | undefined
  tools?: DeviceTool[] | undefined
}

export type Replier = (question: Question, options: { signal: AbortSignal }) => AsyncGenerator<ReplyPart, void>

/** Answers what a user said to a device or typed in an app; tools of the device are called on the way. */
export function createReplier(ports: ReplyPorts, limits: ReplyLimits): Replier {
  const { model, toolbox } = ports
  const buildPrompt = createPromptBuilder(limits)
  const run = createTurnRunner(ports, limits)

  async function* ask(
    question: Question,
    { agent, history, deviceId, ownerId }: OpenConversation,
    { now, signal }: { now: Date; signal: AbortSignal },
  ): AsyncGenerator<AnswerPart, void> {
    const { turnId, asker, text, language, speaker, tools: deviceTools = [] } = question
    const turn = {
      turnId,
      deviceId: asker.kind === 'device' ? deviceId : undefined,
      ownerId,
      agent,
      language,
      deviceTools,
    }
    const tools = await toolbox.open(turn, { signal })
    const messages = buildPrompt({ agent, history, text, language, speaker, outside: tools.outside, now })
    const { sampling } = agent
    const runner = tools.createRunner(signal)
    yield* answer({ model, messages, tools: tools.offered, sampling, runner, maxRounds: limits.maxToolRounds }, signal)
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
