import { Problem, type LookInput } from '@parley/contracts'
import { noSuchAgent } from './agents.ts'
import type { LanguageModel } from './language-model.ts'
import type { AgentStore, Clock, Images } from './ports.ts'
import { toPayer } from './payer.ts'
import { createSystemPrompt } from './prompt.ts'

export type LookingPorts = {
  /** A model that sees; undefined where none is set up. */
  model: LanguageModel | undefined
  images: Images
  agents: Pick<AgentStore, 'findAny' | 'findDefault'>
  clock: Pick<Clock, 'date'>
}

/**
 * What is to be said about an image. Nothing is stored.
 * @throws Problem `unavailable` without a model that sees, `not-found` for an image or an agent that is not there
 */
export type Looker = (question: LookInput, options: { signal: AbortSignal }) => Promise<string>

const manner =
  'You see through the camera of a voice device. Say what was asked for in a few plain sentences, to be spoken.'
const longestAnswer = 4_000

/** Has a model that sees answer questions about images, in the words of the agent that is asked. */
export function createLooker(ports: LookingPorts, settings: { timeZone: string }): Looker {
  const { model, images, agents, clock } = ports
  const systemPrompt = createSystemPrompt(settings)

  return async ({ agentId, ownerId, imageKey, question, language }, { signal }) => {
    if (!model) throw new Problem('unavailable', 'No vision model is set up here')
    const finding = agentId === undefined ? agents.findDefault() : agents.findAny(agentId)
    const [agent, image] = await Promise.all([finding, images.read(imageKey, { signal })])
    if (!agent) throw noSuchAgent()
    const messages = [
      systemPrompt({ agent, language, instructions: manner, now: clock.date() }),
      { role: 'user' as const, text: question, images: [image] },
    ]
    let text = ''
    const charge = { payer: toPayer(ownerId), purpose: 'look' }
    for await (const part of model.stream({ messages, tools: [], sampling: agent.sampling, charge }, { signal })) {
      if (part.type === 'text-delta') text += part.text
      if (text.length > longestAnswer) break
    }
    if (text.trim() === '') throw new Problem('provider-failed', 'The vision model said nothing')
    return text.trim().slice(0, longestAnswer)
  }
}
