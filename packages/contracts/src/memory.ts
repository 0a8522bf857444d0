import { z } from 'zod'
import { request } from './contract.ts'

const Text = z.string().trim().min(1).max(300)

/** Something that is known of a person, because they said or wrote it. */
export const Fact = z.object({
  factId: z.uuid(),
  text: z.string(),
  /** Whose voice said it, where that was known. */
  speaker: z.string().optional(),
  /** Where it was said, as long as that is kept; a fact without it is of its owner's own hand, or its source is deleted. */
  sourceMessageId: z.uuid().optional(),
  conversationId: z.uuid().optional(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
})
export type Fact = z.infer<typeof Fact>

const person = { timeoutMs: 5_000, access: 'user' } as const

/** What chat-llm knows of people, in their own hands. */
export const memory = {
  /** Newest first; `before` pages on. */
  listFacts: request('chat.v1.list-facts', {
    input: z.object({ before: z.uuid().optional(), limit: z.number().int().min(1).max(200) }),
    output: z.object({ facts: z.array(Fact), before: z.uuid().optional() }),
    ...person,
  }),
  addFact: request('chat.v1.add-fact', {
    input: z.object({ text: Text }),
    output: Fact,
    timeoutMs: 10_000,
    access: 'user',
  }),
  changeFact: request('chat.v1.change-fact', {
    input: z.object({ factId: z.uuid(), text: Text }),
    output: Fact,
    timeoutMs: 10_000,
    access: 'user',
  }),
  deleteFact: request('chat.v1.delete-fact', {
    input: z.object({ factId: z.uuid() }),
    output: z.object({ deleted: z.boolean() }),
    ...person,
  }),
  /** All of them. */
  forgetPerson: request('chat.v1.forget-person', {
    input: z.object({}),
    output: z.object({ deleted: z.number().int() }),
    ...person,
  }),
}
