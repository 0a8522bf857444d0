import {
  Problem,
  type CompleteInput,
  type CompletePart,
  type Model,
  type ModelCheck,
  type Person,
} from '@parley/contracts'
import { noSuchAgent } from './agents.ts'
import type { LanguageModel } from './language-model.ts'
import { toSeenMessage } from './model-messages.ts'
import { streamJson } from './generate.ts'
import { createJsonCheck } from './json-answer.ts'
import type { ModelList } from './model-list.ts'
import type { AgentStore, Clock, Images } from './ports.ts'
import { createSystemPrompt } from './prompt.ts'
import { nameTools } from './tools/tool-names.ts'

export type CompletionPorts = {
  /** The configured models in their order, each the fallback of the one before. */
  standard: LanguageModel
  /** One of them, or another that is offered, by its id. */
  find: (id: string) => Promise<LanguageModel | undefined>
  list: ModelList
  /** What is asked about images, unless the caller names another model. */
  vision: LanguageModel | undefined
  images: Images
  agents: Pick<AgentStore, 'find' | 'findDefault'>
  clock: Pick<Clock, 'date'>
}

export type Completion = {
  list: () => Promise<{ models: Model[] }>
  /** How the vendors are; forgets which models they had. */
  check: () => Promise<{ models: ModelCheck[] }>
  /** One answer of a bare model. @throws Problem `not-found` for a model or an agent that does not exist */
  complete: (
    person: Person,
    input: CompleteInput,
    options: { signal: AbortSignal },
  ) => AsyncGenerator<CompletePart, void>
}

/** Models without conversation: the caller brings all messages, calls the tools, and keeps what it wants. */
export function createCompletion(ports: CompletionPorts, settings: { timeZone: string }): Completion {
  const { standard, find, list, vision, images, agents, clock } = ports
  const systemPrompt = createSystemPrompt(settings)

  async function choose({ model: id, messages }: CompleteInput): Promise<LanguageModel> {
    const sees = messages.some((message) => message.role === 'user' && message.images)
    if (id === undefined) return (sees && vision) || standard
    const model = id === vision?.model ? vision : await find(id)
    if (!model) throw new Problem('not-found', `There is no model "${id}"`)
    return model
  }

  async function findPersona({ userId }: Person, { agent }: CompleteInput) {
    if (agent === undefined) return undefined
    const found = agent === 'default' ? await agents.findDefault() : await agents.find(agent, userId)
    if (!found) throw noSuchAgent()
    return found
  }

  return {
    list: async () => {
      const models = await list.list()
      const sees = vision && !models.some(({ id }) => id === vision.model)
      return { models: [...models, ...(sees ? [{ id: vision.model, provider: vision.name }] : [])] }
    },

    check: async () => {
      const [models] = await Promise.all([list.check(), list.list({ fresh: true })])
      return { models }
    },

    complete: async function* (person, input, { signal }) {
      const check = input.format && createJsonCheck(input.format)
      const model = await choose(input)
      const persona = await findPersona(person, input)
      const about = persona && { agent: persona, language: undefined, now: clock.date() }
      const read = (key: string) => images.read(key, { signal })
      const given = await Promise.all(input.messages.map((message) => toSeenMessage(message, read)))
      const messages = [...(about ? [systemPrompt(about)] : []), ...given]
      const names = nameTools(input.tools ?? [])
      const sampling = { ...persona?.sampling, ...input.sampling }
      const { format } = input
      const charge = { payer: { userId: person.userId }, purpose: 'completion' }
      const prefer = input.model === undefined ? persona?.model : undefined
      const request = { messages, tools: names.offered, sampling, format, prefer, charge }
      const parts = check ? streamJson(model, request, check, signal) : model.stream(request, { signal })
      for await (const part of parts) {
        if (part.type === 'answering') yield { type: 'started', provider: part.provider, model: part.model }
        else if (part.type === 'tool-call') yield { ...part, name: names.realName(part.name) ?? part.name }
        else if (part.type === 'finished') yield { type: 'finished', reason: part.reason, usage: part.usage }
        else yield part
      }
    },
  }
}
