import { chat } from '@parley/contracts'
import { z } from 'zod'
import { sendEvents } from '../http/event-stream.ts'
import { keepImages } from '../http/keep-images.ts'
import { toChunks, toCompletion } from './openai-answer.ts'
import { ChatRequest, toCompleteInput } from './openai-chat.ts'
import { asking, personOf, sent, serving, type Exchange, type Route } from './route.ts'

const own = { tag: 'OpenAI-compatible', auth: 'user', scope: 'chat', envelope: 'openai' } as const
const startedAt = Math.floor(Date.now() / 1_000)

const ModelList = z.object({
  object: z.literal('list'),
  data: z.array(
    z.object({ id: z.string(), object: z.literal('model'), created: z.number().int(), owned_by: z.string() }),
  ),
})

/** What the OpenAI client libraries ask, so that any of them can use the platform. */
export const openAiRoutes: Route[] = [
  asking({
    ...own,
    method: 'get',
    path: '/v1/models',
    operationId: 'listModels',
    summary: 'The language models that can be asked',
    contract: chat.listModels,
    ask: () => ({}),
    answer: {
      schema: ModelList,
      from: ({ models }) => ({
        object: 'list' as const,
        data: models.map(({ id, provider }) => ({
          id,
          object: 'model' as const,
          created: startedAt,
          owned_by: provider,
        })),
      }),
    },
  }),
  completions('/v1/chat/completions', 'createChatCompletion'),
  completions('/chat/completions', 'createChatCompletionLegacy'),
]

function completions(path: string, operationId: string): Route {
  return serving({
    ...own,
    method: 'post',
    path,
    operationId,
    summary: 'A chat completion, whole or (with `stream`) as server-sent events',
    rate: 'chat',
    bodyKind: 'large-json',
    body: ChatRequest,
    contract: chat.complete,
    answer: { schema: z.object({ id: z.string(), object: z.literal('chat.completion') }).loose() },
    handle: complete,
  })
}

async function complete(exchange: Exchange<unknown, unknown, ChatRequest>) {
  const { body, bus, newId, signal, response, store } = exchange
  const created = Math.floor(Date.now() / 1_000)
  const head = { id: `chatcmpl-${newId()}`, created, model: body.model ?? '' }
  await using images = keepImages({ store, owner: personOf(exchange).userId, signal })
  const parts = bus.stream(chat.complete, await toCompleteInput(body, images.keep), { signal })
  // Not before it is whole: its images are needed until then.
  if (!body.stream) return await toCompletion(parts, head)
  const includeUsage = body.stream_options?.include_usage === true
  await sendEvents(response, toEvents(toChunks(parts, head, { includeUsage })), { signal, last: '[DONE]' })
  return sent
}

/** Without ids: OpenAI's streams cannot be taken up again. */
async function* toEvents(chunks: AsyncIterable<object>) {
  for await (const data of chunks) yield { data }
}
