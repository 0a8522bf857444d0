import type { AnswerFormat } from '@parley/contracts'
import type {
  ChatCompletionContentPart,
  ChatCompletionCreateParamsStreaming,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions'
import type { ModelImage, ModelMessage, ModelRequest, ModelToolCall } from '../../domain/language-model.ts'

/** A request as the chat completions endpoint takes it. What is not set is not sent: vendors differ in what they accept. */
export function toBody(
  model: string,
  { messages, tools, sampling, format }: ModelRequest,
): ChatCompletionCreateParamsStreaming {
  const { temperature, topP, maxTokens, stop } = sampling
  return {
    model,
    messages: messages.map(toMessage),
    stream: true,
    stream_options: { include_usage: true },
    ...(tools.length > 0 && {
      tools: tools.map(({ name, description, inputSchema }) => ({
        type: 'function',
        function: { name, description, parameters: inputSchema },
      })),
    }),
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { top_p: topP }),
    ...(maxTokens !== undefined && { max_tokens: maxTokens }),
    ...(stop && { stop }),
    ...(format && { response_format: toResponseFormat(format) }),
  }
}

function toMessage(message: ModelMessage): ChatCompletionMessageParam {
  if (message.role === 'tool') return { role: 'tool', tool_call_id: message.callId, content: message.text }
  if (message.role === 'user' && message.images) return { role: 'user', content: toParts(message.text, message.images) }
  if (message.role !== 'assistant') return { role: message.role, content: message.text }
  const { text, toolCalls, reasoning } = message
  if (!toolCalls) return { role: 'assistant', content: text }
  return {
    role: 'assistant',
    content: text === '' ? null : text,
    tool_calls: toolCalls.map(toCall),
    // Thinking models of Moonshot and DeepSeek answer 400 unless a tool round brings their reasoning back.
    ...(reasoning && { reasoning_content: reasoning }),
  }
}

/** Images travel in the request itself: a vendor could not fetch them from here. */
function toParts(text: string, images: ModelImage[]): ChatCompletionContentPart[] {
  const urls = images.map(toUrl)
  return [{ type: 'text', text }, ...urls.map((url) => ({ type: 'image_url' as const, image_url: { url } }))]
}

function toUrl(image: ModelImage): string {
  if ('url' in image) return image.url
  return `data:${image.contentType};base64,${Buffer.from(image.bytes).toString('base64')}`
}

function toResponseFormat(format: AnswerFormat): ChatCompletionCreateParamsStreaming['response_format'] {
  if (format.type === 'json') return { type: 'json_object' }
  const { name, schema, strict } = format
  return { type: 'json_schema', json_schema: { name, schema, ...(strict !== undefined && { strict }) } }
}

function toCall({ id, name, arguments: text }: ModelToolCall) {
  return { id, type: 'function' as const, function: { name, arguments: isJson(text) ? text : '{}' } }
}

/** Some vendors refuse to read back the malformed arguments that their own model wrote. */
function isJson(text: string): boolean {
  try {
    return JSON.parse(text) !== undefined
  } catch {
    return false
  }
}
