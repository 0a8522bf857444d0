import { createLlmAnswerReader, type LlmAnswer } from './llm-answer.ts'
import { postForEvents } from './post-for-events.ts'
import type { RunningTask } from './tasks.ts'

type Content = string | { type: 'text'; text: string }[]
type Message = { role: 'system' | 'user' | 'assistant' | 'tool'; content: Content | null; [field: string]: unknown }

/** The part of a task that says how its own model is asked. */
type CustomLlm = {
  Url: string
  APIKey?: string
  ModelName?: string
  SystemMessages?: string[]
  HistoryLength?: number
  Tools?: unknown[]
  EnableRoundId?: boolean
  Custom?: string
  ExtraHeader?: Record<string, string>
}

export type Asking = {
  /** The same round again, as while its words are still being recognised; the next one without it. */
  round?: number
  /** Hangs up when it is aborted, as on questions that are overtaken. */
  signal?: AbortSignal
  onText?: (text: string) => void
  /** Milliseconds of this process (`performance.now()`) at which the first text came. */
  onFirstText?: (at: number) => void
}

/** Asks the model of a task as the vendor does while somebody talks to its agent. */
export type LlmCaller = {
  ask: (text: string, options?: Asking) => Promise<LlmAnswer>
  /** Comes back with what the functions gave that the last answer called. */
  giveResults: (results: Record<string, string>, options?: Asking) => Promise<LlmAnswer>
  /** Sends a body as it is, to see what becomes of it. */
  post: (body: unknown, headers?: Record<string, string>) => Promise<Response>
}

/**
 * The vendor's side of `CustomLLM`: what was said so far with the newest words last, the key as a bearer, the round's number
 * where it is wanted; an answer that does not keep to the protocol is an error.
 * @throws Error when the task has no model of its own
 */
export function createLlmCaller({ started }: RunningTask): LlmCaller {
  const { LLMConfig: settings } = started['Config'] as { LLMConfig: CustomLlm & { Mode: string } }
  if (settings.Mode !== 'CustomLLM') throw new Error(`The task has a model of the vendor (${settings.Mode})`)
  const history: Message[] = []
  let round = -1
  let exchange: Message[] = []

  const headersOf = (more: Record<string, string> = {}) => ({
    'content-type': 'application/json',
    ...(settings.APIKey && { authorization: `Bearer ${settings.APIKey}` }),
    ...settings.ExtraHeader,
    ...more,
  })

  async function send({ signal, onText, onFirstText }: Asking): Promise<LlmAnswer> {
    const rounds = (settings.HistoryLength ?? 3) * 2
    const messages: Message[] = [
      ...(settings.SystemMessages ?? []).map((content): Message => ({ role: 'system', content })),
      ...history.slice(-rounds),
      ...exchange,
    ]
    const body = {
      messages,
      stream: true,
      model: settings.ModelName ?? '',
      temperature: 0.1,
      top_p: 0.3,
      max_tokens: 1_024,
      ...(settings.Tools && { tools: settings.Tools }),
      ...(settings.Custom !== undefined && { custom: settings.Custom }),
      ...(settings.EnableRoundId && { round_id: round }),
    }
    let first = true
    const reader = createLlmAnswerReader((text) => {
      if (first) onFirstText?.(performance.now())
      first = false
      onText?.(text)
    })
    await postForEvents(settings.Url, { headers: headersOf(), body: JSON.stringify(body), signal, take: reader.take })
    return note(reader.end())
  }

  function note(answer: LlmAnswer): LlmAnswer {
    const { text, toolCalls } = answer
    if (toolCalls.length > 0) {
      const calls = toolCalls.map(({ id, ...called }) => ({ id, type: 'function', function: called }))
      exchange.push({ role: 'assistant', content: text, tool_calls: calls })
    } else history.push(...exchange.splice(0), { role: 'assistant', content: text })
    return answer
  }

  return {
    ask: async (text, options = {}) => {
      round = options.round ?? round + 1
      exchange = [{ role: 'user', content: text }]
      return send(options)
    },
    giveResults: async (results, options = {}) => {
      for (const [id, content] of Object.entries(results)) exchange.push({ role: 'tool', tool_call_id: id, content })
      return send(options)
    },
    post: (body, headers) =>
      fetch(settings.Url, {
        method: 'POST',
        headers: headersOf(headers),
        body: typeof body === 'string' ? body : JSON.stringify(body),
        redirect: 'manual',
      }),
  }
}
