import { ApiError, invalid, missing } from './api-error.ts'

export type ChatMessage = { role: string; content?: unknown; tool_calls?: unknown; tool_call_id?: string }

/** A chat completion as it was asked for; fields that the fake does not look at are kept. */
export type ChatBody = {
  model: string
  messages: ChatMessage[]
  stream?: boolean
  stream_options?: { include_usage?: boolean }
  tools?: { type: string; function: { name: string; description?: string; parameters?: unknown } }[]
} & Record<string, unknown>

const roles = new Set(['system', 'developer', 'user', 'assistant', 'tool'])

/** @throws ApiError 400 that names the field. */
export function readChatBody(body: Record<string, unknown>): ChatBody {
  const { model, messages, stream, stream_options: streamOptions, tools } = body
  if (model === undefined) throw missing('model')
  if (typeof model !== 'string' || model === '') throw new ApiError(400, 'you must provide a model parameter')
  if (messages === undefined) throw missing('messages')
  if (!Array.isArray(messages)) throw invalid('messages', "Invalid type for 'messages': expected an array of objects.")
  if (messages.length === 0)
    throw invalid('messages', "Invalid 'messages': empty array. Expected an array with minimum length 1.")
  messages.forEach(checkMessage)
  if (streamOptions && stream !== true) {
    throw invalid('stream_options', "The 'stream_options' parameter is only allowed when 'stream' is enabled.")
  }
  if (tools !== undefined) checkTools(tools)
  return body as ChatBody
}

function checkMessage(message: unknown, index: number) {
  const at = `messages[${index}]`
  const { role, content, tool_calls: calls, tool_call_id: callId } = (message ?? {}) as ChatMessage
  if (role === undefined) throw missing(`${at}.role`)
  if (!roles.has(role))
    throw invalid(`${at}.role`, `Invalid value: '${role}'. Supported values are: ${[...roles].join(', ')}.`)
  const mayBeEmpty = role === 'assistant' && calls !== undefined
  if ((content === undefined || content === null) && !mayBeEmpty) {
    throw invalid(`${at}.content`, `Invalid value for 'content': expected a string, got null.`)
  }
  if (role === 'tool' && !callId) throw missing(`${at}.tool_call_id`)
}

function checkTools(tools: unknown) {
  if (!Array.isArray(tools)) throw invalid('tools', "Invalid type for 'tools': expected an array of objects.")
  if (tools.length === 0)
    throw invalid('tools', "Invalid 'tools': empty array. Expected an array with minimum length 1.")
  tools.forEach((tool: { type?: unknown; function?: { name?: unknown } }, index) => {
    const at = `tools[${index}]`
    if (tool.type !== 'function')
      throw invalid(`${at}.type`, `Invalid value: '${String(tool.type)}'. Supported values are: 'function'.`)
    const name = tool.function?.name
    if (typeof name !== 'string') throw missing(`${at}.function.name`)
    if (!/^[A-Za-z0-9_-]{1,64}$/.test(name)) {
      throw invalid(
        `${at}.function.name`,
        `Invalid '${at}.function.name': string does not match pattern '^[a-zA-Z0-9_-]+$'.`,
      )
    }
  })
}
