import { Problem, type AnswerFormat, type CompleteInput, type ModelMessage } from '@parley/contracts'
import { z } from 'zod'
import type { GivenImage, KeptImage } from '../http/keep-images.ts'

const mostImages = 8

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
/** Text, or parts of text and images. */
const UserContent = z.union([
  z.string(),
  z.array(
    z.discriminatedUnion(
      'type',
      [TextPart, z.object({ type: z.literal('image_url'), image_url: z.object({ url: z.string().min(1) }) })],
      'only parts of the types "text" and "image_url" are supported',
    ),
  ),
])
const Call = z.object({
  id: z.string(),
  type: z.literal('function'),
  function: z.object({ name: z.string(), arguments: z.string() }),
})

const Message = z.discriminatedUnion('role', [
  z.object({ role: z.enum(['system', 'developer']), content: Content }),
  z.object({ role: z.literal('user'), content: UserContent }),
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
  response_format: z
    .discriminatedUnion('type', [
      z.object({ type: z.literal('text') }),
      z.object({ type: z.literal('json_object') }),
      z.object({
        type: z.literal('json_schema'),
        json_schema: z.object({
          name: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
          schema: z.record(z.string(), z.unknown()).default({}),
          strict: z.boolean().nullish(),
        }),
      }),
    ])
    .nullish(),
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

/** The question to chat-llm. @param keep puts an image where chat-llm finds it */
export async function toCompleteInput(
  request: ChatRequest,
  keep: (image: GivenImage) => Promise<KeptImage>,
): Promise<CompleteInput> {
  const { model, messages, tools, stop, temperature, top_p: topP } = request
  const maxTokens = request.max_completion_tokens ?? request.max_tokens
  const offered = request.tool_choice === 'none' ? [] : (tools ?? [])
  return {
    model,
    messages: await Promise.all(messages.map((message) => toModelMessage(message, keep))),
    format: toFormat(request.response_format),
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

function toFormat(format: ChatRequest['response_format']): AnswerFormat | undefined {
  if (!format || format.type === 'text') return undefined
  if (format.type === 'json_object') return { type: 'json' }
  const { name, schema, strict } = format.json_schema
  return { type: 'json-schema', name, schema, strict: strict ?? undefined }
}

async function toModelMessage(
  message: ChatRequest['messages'][number],
  keep: (image: GivenImage) => Promise<KeptImage>,
): Promise<ModelMessage> {
  switch (message.role) {
    case 'system':
    case 'developer':
      return { role: 'system', text: message.content }
    case 'user':
      return toUserMessage(message.content, keep)
    case 'tool':
      return { role: 'tool', callId: message.tool_call_id, text: message.content }
    case 'assistant': {
      const toolCalls = message.tool_calls?.map(({ id, function: call }) => ({ id, ...call }))
      return { role: 'assistant', text: message.content ?? '', ...(toolCalls?.length && { toolCalls }) }
    }
  }
}

async function toUserMessage(
  content: z.output<typeof UserContent>,
  keep: (image: GivenImage) => Promise<KeptImage>,
): Promise<ModelMessage> {
  if (typeof content === 'string') return { role: 'user', text: content }
  const text = content.map((part) => (part.type === 'text' ? part.text : '')).join('')
  const given = content.flatMap((part) => (part.type === 'image_url' ? [part.image_url] : []))
  if (given.length === 0) return { role: 'user', text }
  if (given.length > mostImages) throw new Problem('bad-request', `A message may have ${mostImages} images at most`)
  return { role: 'user', text, images: await Promise.all(given.map(keep)) }
}
