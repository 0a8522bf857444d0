import type { RoomQuestion, RoomReplyPart } from '@parley/contracts'
import type { LanguageModel, ModelPart } from './language-model.ts'
import { toModelMessage } from './model-messages.ts'
import type { Recall } from './memory/recall.ts'
import type { OpenConversation } from './ports.ts'
import { createPromptBuilder } from './prompt.ts'
import { payerOf } from './payer.ts'
import { nameTools } from './tool-names.ts'
import { createTurnRunner, type AskedTurn, type TurnLimits, type TurnPorts } from './turn-runner.ts'

export type RoomReplier = (
  question: RoomQuestion,
  options: { signal: AbortSignal },
) => AsyncGenerator<RoomReplyPart, void>

type Asked = AskedTurn & Pick<RoomQuestion, 'language' | 'instructions' | 'tools' | 'exchange'>

/**
 * Answers what was asked aloud in a voice room, with what was said in this run of the agent before. The tools are the room's:
 * a call of one is given to the caller and ends the answer, which goes on when the caller comes back with what it gave.
 */
export function createRoomReplier(
  ports: TurnPorts & { model: LanguageModel; recall: Recall },
  limits: TurnLimits & { timeZone: string },
): RoomReplier {
  const { model, recall } = ports
  const buildPrompt = createPromptBuilder(limits)
  const run = createTurnRunner(ports, limits)

  async function* ask(
    question: Asked,
    { agent, history, summary, ownerId }: OpenConversation,
    { now, signal }: { now: Date; signal: AbortSignal },
  ): AsyncGenerator<Exclude<ModelPart, { type: 'finished' }> | Extract<RoomReplyPart, { type: 'finished' }>, void> {
    const { text, language, instructions, tools = [], exchange = [] } = question
    const names = nameTools(tools)
    const known = ownerId !== undefined && agent.memory === 'facts' ? await recall(ownerId, text, signal) : []
    const prompt = buildPrompt({ agent, history, summary, facts: known, text, language, instructions, now })
    const messages = [...prompt, ...exchange.map(toModelMessage)]
    const { sampling, model: prefer } = agent
    const charge = { payer: payerOf(question.asker), purpose: 'room', turnId: question.turnId }
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
