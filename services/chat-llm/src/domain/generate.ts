import { Problem, type AnswerFormat, type Sampling, type Usage } from '@parley/contracts'
import { createJsonCheck, type JsonCheck } from './json-answer.ts'
import type { LanguageModel, ModelMessage, ModelPart, ModelRequest } from './language-model.ts'
import { addUsage } from './usage.ts'

export type Generation = {
  /** Who the model is and what it is to do. */
  system: string
  text: string
  sampling?: Sampling
}

function toMessages({ system, text }: Generation): ModelMessage[] {
  return [
    { role: 'system', text: system },
    { role: 'user', text },
  ]
}

/** One text by a model, outside any conversation: thinking out of it, blanks around it cut. @throws Problem as the model does */
export async function generateWithSystem(
  model: LanguageModel,
  { system, text, sampling = {} }: Generation,
  signal: AbortSignal,
): Promise<string> {
  const messages = toMessages({ system, text })
  let answer = ''
  for await (const part of model.stream({ messages, tools: [], sampling }, { signal }))
    if (part.type === 'text-delta') answer += part.text
  return answer.trim()
}

/**
 * The same as a value of the schema; asked once more where the model did not keep to it.
 * @throws Problem `provider-failed` when it still does not
 */
export async function generateJson(
  model: LanguageModel,
  { system, text, sampling = {} }: Generation,
  format: AnswerFormat,
  signal: AbortSignal,
): Promise<unknown> {
  const messages = toMessages({ system, text })
  for await (const part of streamJson(
    model,
    { messages, tools: [], sampling, format },
    createJsonCheck(format),
    signal,
  ))
    if (part.type === 'text-delta') return JSON.parse(part.text)
  throw new Problem('provider-failed', 'The language model gave no JSON')
}

/**
 * Asks for an answer that is JSON: it comes in one piece, once it is known to be right. An answer that was cut short or
 * calls tools is passed on as it is.
 * @throws Problem `provider-failed` when the model gave something else twice
 */
export async function* streamJson(
  model: LanguageModel,
  request: ModelRequest,
  check: JsonCheck,
  signal: AbortSignal,
): AsyncGenerator<ModelPart, void> {
  const messages = [...request.messages]
  let usage: Usage | undefined
  for (let attempt = 1; ; attempt++) {
    const held: ModelPart[] = []
    let text = ''
    for await (const part of model.stream({ ...request, messages }, { signal })) {
      if (part.type === 'text-delta') text += part.text
      else if (part.type !== 'answering') held.push(part)
      else if (attempt === 1) yield part
    }
    const end = held.find((part) => part.type === 'finished')
    usage = addUsage(usage, end?.usage)
    const checked = check(text)
    const whole = end?.reason === 'stop'
    if (checked.ok || !whole) {
      if (text !== '') yield { type: 'text-delta', text: checked.ok ? checked.json : text }
      yield* held.map((part) => (part.type === 'finished' && usage ? { ...part, usage } : part))
      return
    }
    if (attempt === 2) throw new Problem('provider-failed', `The language model gave no such JSON: ${checked.wrong}`)
    messages.push({ role: 'assistant', text })
    messages.push({ role: 'user', text: `${checked.wrong} Answer with the corrected JSON and nothing else.` })
  }
}
