import type { DeviceTool, ReplyPart } from '@parley/contracts'
import { answer, type AnswerInput, type AnswerPart } from './answer.ts'
import { filtered, refused } from './hooks/filtered.ts'
import type { createHooks } from './hooks/turn-hooks.ts'
import type { Commands } from './intent/commands.ts'
import type { ToolPicker } from './intent/pick-tool.ts'
import type { Charge, LanguageModel, ModelMessage, ModelTool } from './language-model.ts'
import type { Recall } from './memory/recall.ts'
import type { OpenConversation, Persona } from './ports.ts'
import type { DeviceFacts } from './prompt-variables.ts'
import { createPromptBuilder } from './prompt.ts'
import { payerOf } from './payer.ts'
import { outsideNotice } from './tools/outside.ts'
import type { ToolTurn } from './tools/tool.ts'
import type { Toolbox } from './tools/toolbox.ts'
import { createTurnRunner, type AskedTurn, type TurnLimits, type TurnPorts } from './turn-runner.ts'

export type ReplyPorts = TurnPorts & {
  model: LanguageModel
  toolbox: Toolbox
  hooks: ReturnType<typeof createHooks>
  /** Undefined where no model is set up that does nothing else. */
  pickTool: ToolPicker | undefined
  commands: Commands
  /** What of the owner is worth knowing for a question. */
  recall: Recall
}

export type ReplyLimits = TurnLimits & {
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
  const { model, toolbox, hooks, pickTool, commands, recall } = ports
  const buildPrompt = createPromptBuilder(limits)
  const run = createTurnRunner(ports, limits)

  async function* ask(
    question: Question,
    conversation: OpenConversation,
    { now, signal }: { now: Date; signal: AbortSignal },
  ): AsyncGenerator<AnswerPart, void> {
    const { text, language, speaker, device } = question
    const { agent, history, summary, ownerId } = conversation
    const turn = toToolTurn(question, conversation)
    const watching = hooks(turn, signal)
    const [asked, tools, facts] = await Promise.all([
      watching.ask(text),
      toolbox.open(turn, { signal }),
      ownerId !== undefined && agent.memory === 'facts' ? recall(ownerId, text, signal) : [],
    ])
    if (!asked) return yield* refused({ language, question: text })
    const notes = [...(tools.outside ? [outsideNotice] : []), ...asked.notes]
    const about = { agent, history, summary, facts, language, speaker, device, notes, now }
    const messages = buildPrompt({ ...about, text: asked.text })
    const charge = { payer: payerOf(question.asker), purpose: 'reply', turnId: question.turnId }
    const intent = await decide({ agent, text: asked.text, messages, offered: tools.offered, charge, signal })
    const { sampling, model: prefer } = agent
    const runner = tools.createRunner(watching, signal)
    const given = { ...intent, messages, sampling, prefer, charge, runner, maxRounds: limits.maxToolRounds }
    yield* filtered(answer(given, signal), watching, { language, question: text })
  }

  /** Who answers, with which tools, and what is called before. */
  async function decide({ agent, text, messages, offered, charge, signal }: Deciding): Promise<Decided> {
    if (agent.intent !== 'none' && commands.handles(text, offered)) return { model: commands.model, tools: offered }
    if (agent.intent !== 'model' || !pickTool || offered.length === 0) return { model, tools: offered }
    const picked = await pickTool({ text, before: messages.slice(1, -1), tools: offered, charge }, signal)
    return { model, tools: [], first: picked && [picked] }
  }

  function started(question: Question, conversation: OpenConversation) {
    const voice = toVoice(conversation, question)
    return { type: 'started' as const, conversationId: conversation.id, voice, provider: model.name }
  }

  return (question, { signal }) => run(question, { started, ask }, signal)
}

type Deciding = {
  agent: Persona
  text: string
  messages: ModelMessage[]
  offered: ModelTool[]
  charge: Charge
  signal: AbortSignal
}
type Decided = Pick<AnswerInput, 'model' | 'tools' | 'first'>

function toToolTurn(
  { turnId, asker, language, tools: deviceTools = [] }: Question,
  { agent, deviceId, ownerId }: OpenConversation,
): ToolTurn {
  // In an app one may go on with what was said to a device: the device is not there.
  return { turnId, deviceId: asker.kind === 'device' ? deviceId : undefined, ownerId, agent, language, deviceTools }
}

function toVoice({ agent }: OpenConversation, { language }: Question) {
  const spoken = agent.voice.language ?? language ?? agent.language
  return spoken ? { ...agent.voice, language: spoken } : agent.voice
}
