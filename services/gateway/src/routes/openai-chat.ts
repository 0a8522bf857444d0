import type { CompleteInput, ModelMessage } from '@parley/contracts'
import { z } from 'zod'

const TextPart = z.object({ type: z.literal('text'), text: z.string() })
/** Text, or parts of text; other parts are refused by name. */
const Content = z.union([
  z.string(),
  z.array(z.union([TextPart, z.object({ type: z.string() })])).transform((parts, context) =>
    parts
      .map((part) => {
        if ('text' in part) return part.text
        context.addIssue({ code: 'custom', message: `content of type "${part.type}" is not supported` })
        return ''
      })
      .join(''),
  ),
])
const Call = z.object({
  id: z.string(),
  type: z.literal('function'),
  function: z.object({ name: z.string(), arguments: z.string() }),
})

const Message = z.discriminatedUnion('role', [
  z.object({ role: z.enum(['system', 'developer']), content: Content }),
  z.object({ role: z.literal('user'), content: Content }),
  z.object({ role: z.literal('assistant'), content: Content.nullish(), tool_calls: z.array(Call).nullish() }),
  z.object({ role: z.literal('tool'), content: Content, tool_call_id: z.string() }),
])

const unsupported = 'this parameter is not supported'

/**
 * A request for a chat completion, as far as it is served. What would change what the answer is and is not served is refused;
 * hints such as `seed`, `user` and `metadata` are ignored.
 */
export const ChatRequest = z.object({
  model: z.string().min(1).max(128).optional(),
  messages: z.array(Message).min(1).max(1_000),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  max_tokens: z.number().int().min(1).max(1_000_000).nullish(),
  max_completion_tokens: z.number().int().min(1).max(1_000_000).nullish(),
  stop: z.union([z.string().min(1).max(64), z.array(z.string().min(1).max(64)).max(4)]).nullish(),
  tools: z
    .array(
      z.object({
        type: z.literal('function'),
        function: z.object({
          name: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
          description: z.string().max(4_000).optional(),
          parameters: z.record(z.string(), z.unknown()).optional(),
        }),
      }),
    )
    .max(128)
    .nullish(),
  tool_choice: z.enum(['auto', 'none'], 'only "auto" and "none" are supported').nullish(),
  n: z.literal(1, 'only one choice is supported').nullish(),
  response_format: z.object({ type: z.literal('text', 'only "text" is supported') }).nullish(),
  presence_penalty: z.literal(0, 'penalties are not supported').nullish(),
  frequency_penalty: z.literal(0, 'penalties are not supported').nullish(),
  logprobs: z.literal(false, 'probabilities are not supported').nullish(),
  functions: z.null(unsupported).optional(),
  function_call: z.null(unsupported).optional(),
  logit_bias: z.null(unsupported).optional(),
  modalities: z.null(unsupported).optional(),
  audio: z.null(unsupported).optional(),
  prediction: z.null(unsupported).optional(),
  web_search_options: z.null(unsupported).optional(),
})
export type ChatRequest = z.output<typeof ChatRequest>

/** The question to chat-llm. */
export function toCompleteInput(request: ChatRequest): CompleteInput {
  const { model, messages, tools, stop, temperature, top_p: topP } = request
  const maxTokens = request.max_completion_tokens ?? request.max_tokens
  const offered = request.tool_choice === 'none' ? [] : (tools ?? [])
  return {
    model,
    messages: messages.map(toModelMessage),
    ...(offered.length > 0 && {
      tools: offered.map(({ function: { name, description = '', parameters = {} } }) => ({
        name,
        description,
        inputSchema: parameters,
      })),
    }),
    sampling: {
      temperature: temperature ?? undefined,
      topP: topP ?? undefined,
      maxTokens: maxTokens ?? undefined,
      stop: typeof stop === 'string' ? [stop] : (stop ?? undefined),
    },
  }
}

function toModelMessage(message: ChatRequest['messages'][number]): ModelMessage {
  switch (message.role) {
    case 'system':
    case 'developer':
      return { role: 'system', text: message.content }
    case 'user':
      return { role: 'user', text: message.content }
    case 'tool':
      return { role: 'tool', callId: message.tool_call_id, text: message.content }
    case 'assistant': {
      const toolCalls = message.tool_calls?.map(({ id, function: call }) => ({ id, ...call }))
      return { role: 'assistant', text: message.content ?? '', ...(toolCalls?.length && { toolCalls }) }
    }
  }
}
