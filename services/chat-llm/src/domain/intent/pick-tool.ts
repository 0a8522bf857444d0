import { z } from 'zod'
import { streamJson } from '../generate.ts'
import { createJsonCheck } from '../json-answer.ts'
import type { Charge, LanguageModel, ModelMessage, ModelTool, ModelToolCall } from '../language-model.ts'
import type { Clock } from '../ports.ts'

export type ToolPickerPorts = {
  /** A small model of its own. */
  model: LanguageModel
  clock: Pick<Clock, 'timeout'>
  /** It failed, was late, or answered nonsense: the answer is made without a tool. */
  onFailure: (error: unknown) => void
}

/** Which tool a question is about, if any; never throws but the signal's reason. */
export type ToolPicker = (
  question: { text: string; before: ModelMessage[]; tools: ModelTool[]; charge?: Charge | undefined },
  signal: AbortSignal,
) => Promise<ModelToolCall | undefined>

const Picked = z.object({ tool: z.string().nullable(), arguments: z.record(z.string(), z.unknown()).default({}) })

const pickWithinMs = 4_000
/** A question often only makes sense after what was said right before it. */
const messagesBefore = 4
/** Not a schema: few small models take one. */
const format = { type: 'json' as const }
const isObject = createJsonCheck(format)

/** Has a separate model say which tool is meant. Its own words are never said. */
export function createToolPicker({ model, clock, onFailure }: ToolPickerPorts): ToolPicker {
  return async ({ text, before, tools, charge }, signal) => {
    const messages: ModelMessage[] = [
      { role: 'system', text: instructions(tools) },
      ...before.filter(({ role }) => role === 'user' || role === 'assistant').slice(-messagesBefore),
      { role: 'user', text },
    ]
    const stop = AbortSignal.any([signal, clock.timeout(pickWithinMs)])
    try {
      let answer = ''
      const request = {
        messages,
        tools: [],
        sampling: { temperature: 0 },
        format,
        charge: charge && { ...charge, purpose: 'intent' },
      }
      for await (const part of streamJson(model, request, isObject, stop))
        if (part.type === 'text-delta') answer += part.text
      const picked = Picked.parse(JSON.parse(answer))
      if (picked.tool === null) return undefined
      if (!tools.some(({ name }) => name === picked.tool)) throw new Error('It picked a tool that there is not')
      return { id: 'picked_1', name: picked.tool, arguments: JSON.stringify(picked.arguments) }
    } catch (error) {
      signal.throwIfAborted()
      onFailure(error)
      return undefined
    }
  }
}

function instructions(tools: ModelTool[]): string {
  const known = tools.map(({ name, description, inputSchema }) =>
    JSON.stringify({ name, description, arguments: inputSchema }),
  )
  return [
    'You decide which tool, if any, answers the last message of the user. You do not answer it yourself.',
    'Write one JSON object and nothing else: {"tool": "name", "arguments": {…}} or, when no tool is needed, {"tool": null}.',
    `The tools, one a line:\n${known.join('\n')}`,
  ].join('\n\n')
}
