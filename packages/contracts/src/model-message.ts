import { z } from 'zod'

export const Usage = z.object({ inputTokens: z.number().int(), outputTokens: z.number().int() })
export type Usage = z.infer<typeof Usage>

/** A call of a tool as a model makes it. */
export const ToolCallText = z.object({
  id: z.string().min(1).max(128),
  name: z.string().min(1).max(64),
  /** JSON as the model wrote it, which may be malformed. */
  arguments: z.string().max(64_000),
})

/** A message to a bare model. */
export const ModelMessage = z.discriminatedUnion('role', [
  z.object({ role: z.literal('system'), text: z.string().max(200_000) }),
  z.object({
    role: z.literal('user'),
    text: z.string().max(200_000),
    /** In the object store, or where the vendor fetches it. */
    images: z
      .array(
        z.union([z.object({ key: z.string().min(1).max(200) }), z.object({ url: z.url({ protocol: /^https$/ }) })]),
      )
      .max(8)
      .optional(),
  }),
  z.object({
    role: z.literal('assistant'),
    text: z.string().max(200_000),
    toolCalls: z.array(ToolCallText).max(128).optional(),
  }),
  z.object({ role: z.literal('tool'), callId: z.string().min(1).max(128), text: z.string().max(200_000) }),
])
export type ModelMessage = z.infer<typeof ModelMessage>

/** That an answer is JSON: any object, or one of a schema, which the vendor sees to. */
export const AnswerFormat = z.discriminatedUnion('type', [
  z.object({ type: z.literal('json') }),
  z.object({
    type: z.literal('json-schema'),
    name: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
    schema: z.record(z.string(), z.unknown()),
    strict: z.boolean().optional(),
  }),
])
export type AnswerFormat = z.infer<typeof AnswerFormat>

/** What every answer of a model has after its `started`: texts and calls as they come, and `finished` last. */
export const ModelAnswerParts = [
  z.object({ type: z.literal('text-delta'), text: z.string() }),
  ToolCallText.extend({ type: z.literal('tool-call') }),
  z.object({
    type: z.literal('finished'),
    reason: z.enum(['stop', 'length', 'content-filter', 'tool-calls']),
    usage: Usage.optional(),
  }),
] as const
