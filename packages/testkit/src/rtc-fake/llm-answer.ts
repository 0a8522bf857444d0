import { z } from 'zod'

const toolCall = z.strictObject({
  index: z.int().min(0),
  id: z.string().min(1),
  type: z.literal('function'),
  function: z.strictObject({ name: z.string().min(1), arguments: z.string() }),
})
const chunk = z.strictObject({
  id: z.string().min(1),
  object: z.literal('chat.completion.chunk'),
  created: z.int(),
  model: z.string(),
  choices: z
    .array(
      z.strictObject({
        index: z.literal(0),
        delta: z.strictObject({
          role: z.literal('assistant').optional(),
          content: z.string().optional(),
          tool_calls: z.array(toolCall).optional(),
        }),
        finish_reason: z.enum(['stop', 'length', 'tool_calls', 'content_filter']).nullable(),
      }),
    )
    .length(1),
  usage: z.strictObject({ prompt_tokens: z.int(), completion_tokens: z.int(), total_tokens: z.int() }).optional(),
})
type Chunk = z.infer<typeof chunk>

/** An answer of a model as the vendor takes it. */
export type LlmAnswer = {
  text: string
  toolCalls: { id: string; name: string; arguments: string }[]
  finishReason: string
  model: string
  usage: Chunk['usage']
}

/** What an answer must keep to, or the conversation breaks. Fed with the stream as it comes. */
export type LlmAnswerReader = { take: (text: string) => void; end: () => LlmAnswer }

/**
 * Reads the server-sent events of a model as strictly as the vendor documents them: every event is a chunk, all of one answer
 * have the same id and time, the reason comes once and last, `[DONE]` after it and nothing then.
 * @param onText is told each piece of text as it comes
 */
export function createLlmAnswerReader(onText: (text: string) => void = () => undefined): LlmAnswerReader {
  const chunks: Chunk[] = []
  let rest = ''
  let done = false

  function takeEvent(event: string) {
    if (done) throw new Error(`There is more after [DONE]: ${event}`)
    const data = /^data: (.*)$/.exec(event)?.[1]
    if (data === undefined) throw new Error(`This is no event with data alone: ${event}`)
    if (data === '[DONE]') return void (done = true)
    const read = chunk.safeParse(JSON.parse(data))
    if (!read.success) throw new Error(`This is no chunk: ${data}: ${read.error.message}`)
    const [first = read.data, last = read.data] = [chunks[0], chunks.at(-1)]
    if (first.id !== read.data.id || first.created !== read.data.created) throw new Error('The answer has two ids')
    if (chunks.length > 0 && last.choices[0]?.finish_reason) throw new Error('There is more after the reason')
    chunks.push(read.data)
    const text = read.data.choices[0]?.delta.content
    if (text) onText(text)
  }

  return {
    take: (text) => {
      const events = (rest + text).split('\n\n')
      rest = events.pop() ?? ''
      for (const event of events) takeEvent(event)
    },
    end: () => {
      if (!done || rest !== '') throw new Error('The answer ends without [DONE]')
      const choices = chunks.flatMap((each) => each.choices)
      const finishReason = choices.at(-1)?.finish_reason
      if (!finishReason) throw new Error('The answer has no reason for its end')
      const calls = choices.flatMap(({ delta }) => delta.tool_calls ?? [])
      return {
        text: choices.map(({ delta }) => delta.content ?? '').join(''),
        toolCalls: calls.map(({ id, function: called }) => ({ id, ...called })),
        finishReason,
        model: chunks[0]?.model ?? '',
        usage: chunks.at(-1)?.usage,
      }
    },
  }
}
