import type { ModelMessage } from './language-model.ts'
import type { StoredMessage } from './ports.ts'

export type SystemPromptInput = {
  agent: { prompt: string; language?: string | undefined }
  /** The language in which the user was heard. */
  language: string | undefined
  /** What whoever runs the place wants the agent to know. */
  instructions?: string | undefined
  /** The name of whoever speaks, where their voice is known: data, and no more. */
  speaker?: string | undefined
  /** What else it has to know for this question. */
  notes?: readonly string[] | undefined
  now: Date
}

export type PromptInput = SystemPromptInput & {
  history: StoredMessage[]
  text: string
}

/**
 * What a model is told about who it is and when. What changes from turn to turn comes last, so that vendors can reuse what
 * they have read already.
 */
export function createSystemPrompt({ timeZone }: { timeZone: string }): (input: SystemPromptInput) => ModelMessage {
  const dateAndTime = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'short', timeZone })
  return ({ agent, language, instructions, speaker, notes = [], now }) => ({
    role: 'system',
    text: [
      agent.prompt,
      ...(instructions ? [instructions] : []),
      ...languageHint(language, agent.language),
      ...(speaker ? [`The voice is that of ${JSON.stringify(speaker)}.`] : []),
      ...notes,
      `It is ${dateAndTime.format(now)} (${timeZone}).`,
    ].join('\n\n'),
  })
}

/** What a model is told before it answers: who it is, what was said so far, and the question. */
export function createPromptBuilder(settings: { timeZone: string }): (input: PromptInput) => ModelMessage[] {
  const systemPrompt = createSystemPrompt(settings)
  return ({ history, text, ...about }) => [
    systemPrompt(about),
    ...history.flatMap(toModelMessage),
    { role: 'user', text },
  ]
}

function languageHint(heard: string | undefined, preferred: string | undefined): string[] {
  if (heard) return [`The user was heard speaking ${heard}: answer in that language.`]
  return preferred ? [`Answer in ${preferred} unless the user speaks another language.`] : []
}

/** An answer that broke off counts only as far as it is known to have been heard. */
function toModelMessage({ role, text, heardText, interrupted }: StoredMessage): ModelMessage[] {
  const known = heardText ?? (role === 'assistant' && interrupted ? '' : text)
  return known === '' ? [] : [{ role, text: known }]
}
