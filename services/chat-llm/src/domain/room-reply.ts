import type { DeviceTool, RoomQuestion, RoomReplyPart } from '@parley/contracts'
import { filtered, refused } from './hooks/filtered.ts'
import type { createHooks } from './hooks/turn-hooks.ts'
import type { Charge, LanguageModel, ModelMessage, ModelPart } from './language-model.ts'
import { toModelMessage } from './model-messages.ts'
import type { Recall } from './memory/recall.ts'
import type { OpenConversation, Persona } from './ports.ts'
import { createPromptBuilder } from './prompt.ts'
import { payerOf } from './payer.ts'
import { nameTools } from './tools/tool-names.ts'
import { createTurnRunner, type AskedTurn, type TurnLimits, type TurnPorts } from './turn-runner.ts'

export type RoomReplier = (
  question: RoomQuestion,
  options: { signal: AbortSignal },
) => AsyncGenerator<RoomReplyPart, void>

type RoomPart = Exclude<ModelPart, { type: 'finished' }> | Extract<RoomReplyPart, { type: 'finished' }>
type Asked = AskedTurn & Pick<RoomQuestion, 'language' | 'instructions' | 'tools' | 'exchange'>

type Answering = { agent: Persona; messages: ModelMessage[]; tools: DeviceTool[]; charge: Charge }

/**
 * Answers what was asked aloud in a voice room, with what was said in this run of the agent before. The tools are the room's:
 * a call of one is given to the caller and ends the answer, which goes on when the caller comes back with what it gave.
 */
export function createRoomReplier(
  ports: TurnPorts & { model: LanguageModel; recall: Recall; hooks: ReturnType<typeof createHooks> },
  limits: TurnLimits & { timeZone: string },
): RoomReplier {
  const { model, recall, hooks } = ports
  const buildPrompt = createPromptBuilder(limits)
  const run = createTurnRunner(ports, limits)

  async function* ask(
    question: Asked,
    conversation: OpenConversation,
    { now, signal }: { now: Date; signal: AbortSignal },
  ): AsyncGenerator<RoomPart, void> {
    const { turnId, text, language, instructions, tools = [], exchange = [] } = question
    const { agent, history, summary, ownerId } = conversation
    const watching = hooks({ turnId, deviceId: undefined, ownerId, agent, language }, signal)
    const [asked, facts] = await Promise.all([
      watching.ask(text),
      ownerId !== undefined && agent.memory === 'facts' ? recall(ownerId, text, signal) : [],
    ])
    if (!asked) return yield* refused({ language, question: text })
    const about = { agent, history, summary, facts, language, instructions, notes: asked.notes, now }
    const messages = [...buildPrompt({ ...about, text: asked.text }), ...exchange.map(toModelMessage)]
    const charge = { payer: payerOf(question.asker), purpose: 'room', turnId }
    const parts = answerInRoom({ agent, messages, tools, charge }, signal)
    yield* filtered(parts, watching, { language, question: text })
  }

  async function* answerInRoom(
    { agent, messages, tools, charge }: Answering,
    signal: AbortSignal,
  ): AsyncGenerator<RoomPart, void> {
    const names = nameTools(tools)
    const { sampling, model: prefer } = agent
    const asked = { messages, tools: names.offered, sampling, prefer, charge }
    for await (const part of model.stream(asked, { signal })) {
      if (part.type === 'finished') yield { type: 'finished', reason: part.reason, usage: part.usage }
      else if (part.type === 'tool-call') yield { ...part, name: names.realName(part.name) ?? part.name }
      else yield part
    }
  }

  function started(_question: Asked, { id: conversationId }: OpenConversation) {
    return { type: 'started' as const, conversationId, provider: model.name }
  }

  return ({ run: where, ...question }, { signal }) => {
    const said = (question.exchange ?? []).flatMap(({ role, text }) => (role === 'assistant' && text ? [text] : []))
    return run({ ...question, asker: { kind: 'room', ...where }, said: said.join(' ') }, { started, ask }, signal)
  }
}
