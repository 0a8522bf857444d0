import type { ModelMessage } from './language-model.ts'
import type { Agent, StoredMessage } from './ports.ts'

export type PromptInput = {
  agent: Agent
  history: StoredMessage[]
  text: string
  /** The language in which the user was heard. */
  language: string | undefined
  now: Date
}

/**
 * What a model is told before it answers. What changes from turn to turn comes last in its message, so that vendors can
 * reuse what they have read already.
 */
export function createPromptBuilder({ timeZone }: { timeZone: string }): (input: PromptInput) => ModelMessage[] {
  const dateAndTime = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'short', timeZone })
  return ({ agent, history, text, language, now }) => [
    {
      role: 'system',
      text: [
        agent.prompt,
        ...languageHint(language, agent.language),
        `It is ${dateAndTime.format(now)} (${timeZone}).`,
      ].join('\n\n'),
    },
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
