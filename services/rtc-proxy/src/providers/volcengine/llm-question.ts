import { parseAs, Problem, type DeviceTool, type ModelMessage } from '@parley/contracts'
import { z } from 'zod'
import type { AskedInRoom } from '../../domain/room-turns.ts'

const Part = z.looseObject({ type: z.string(), text: z.string().optional() })
const ToolCall = z.looseObject({
  id: z.string().min(1).max(128),
  function: z.looseObject({ name: z.string().min(1).max(64), arguments: z.string().max(64_000).default('') }),
})
const GivenMessage = z.looseObject({
  role: z.enum(['system', 'user', 'assistant', 'tool']),
  /** With vision, a list of parts. */
  content: z.union([z.string(), z.array(Part)]).nullish(),
  tool_calls: z.array(ToolCall).max(128).nullish(),
  tool_call_id: z.string().max(128).nullish(),
})
type GivenMessage = z.output<typeof GivenMessage>
const Tool = z.looseObject({
  type: z.literal('function').optional(),
  function: z.looseObject({
    name: z.string().min(1).max(128),
    description: z.string().max(4_000).default(''),
    parameters: z.record(z.string(), z.unknown()).default({}),
  }),
})

/** What the vendor sends to a model of one's own (`CustomLLM`). What is not named here is for other models than ours. */
const Body = z.looseObject({
  messages: z.array(GivenMessage).min(1).max(1_000),
  model: z.string().max(128).optional(),
  tools: z.array(Tool).max(128).nullish(),
  round_id: z.union([z.number(), z.string().max(128)]).nullish(),
})

const mostText = 8_000
const mostInstructions = 32_000

/**
 * The question in a request of the vendor, which is the last thing that the user said. What was said before is known here
 * better than there; what comes after it are the agent's calls of functions, and what they gave.
 * @throws Problem `bad-request`
 */
export function readLlmQuestion(body: unknown): AskedInRoom & { model: string } {
  const { messages, model = 'parley', tools, round_id: round } = parseAs(Body, body, 'The request')
  const at = messages.findLastIndex(({ role }) => role === 'user')
  const asked = messages[at]
  const text = asked ? textOf(asked).trim().slice(-mostText) : ''
  if (text === '') throw new Problem('bad-request', 'The request has no question: no message of a user with text')
  const system = messages.filter(({ role }) => role === 'system').map(textOf)
  const instructions = system.join('\n\n').trim().slice(0, mostInstructions)
  return {
    model,
    text,
    round: round === undefined || round === null ? undefined : String(round),
    ...(instructions && { instructions }),
    ...(tools && { tools: tools.map(toTool) }),
    exchange: messages
      .slice(at + 1)
      .flatMap(toExchange)
      .slice(-64),
  }
}

function textOf({ content }: GivenMessage): string {
  if (typeof content === 'string') return content
  return (content ?? []).flatMap(({ text }) => text ?? []).join('\n')
}

function toTool({ function: { name, description, parameters } }: z.output<typeof Tool>): DeviceTool {
  return { name, description, inputSchema: parameters }
}

function toExchange(message: GivenMessage): ModelMessage[] {
  const { role, tool_calls: calls, tool_call_id: callId } = message
  const text = textOf(message)
  if (role === 'tool' && callId) return [{ role, callId, text }]
  if (role !== 'assistant') return []
  const toolCalls = calls?.map(({ id, function: { name, arguments: given } }) => ({ id, name, arguments: given }))
  return [{ role, text, ...(toolCalls && { toolCalls }) }]
}
