import { setTimeout as delay } from 'node:timers/promises'
import { connectBus } from '@parley/bus'
import { chat, type CompletePart, type ReplyPart } from '@parley/contracts'
import { createIdentities, Secret } from '@parley/service-kit'
import { connectBare } from './connect-bare.ts'
import { agents, bareSubject, everyMs, pieces } from './contracts.ts'

// The service that is asked, for both sides: a process of its own, which answers at once. Usage: `stand-in.ts NATS_URL SECRET`

const [servers = '', secret = ''] = process.argv.slice(2)
const config = { internalTokenSecret: new Secret(secret), internalTokenSecretPrevious: undefined }
await using bus = await connectBus({
  servers,
  name: 'chat-llm',
  drainMs: 200,
  identities: createIdentities('chat-llm', config),
  onError: () => undefined,
})
bus.handle(chat.listAgents, () => ({ agents }))
bus.handle(
  chat.ask,
  async function* ({ turnId }, { signal }): AsyncGenerator<ReplyPart> {
    yield { type: 'started', conversationId: turnId, voice: {}, provider: 'bench' }
    for (let piece = 1; piece <= pieces; piece++) {
      await delay(everyMs, undefined, { signal })
      yield { type: 'text-delta', text: `${piece} ` }
    }
    yield { type: 'finished', reason: 'stop' }
  },
  { concurrency: 10_000 },
)
bus.handle(
  chat.complete,
  async function* (_input, { signal }): AsyncGenerator<CompletePart> {
    yield { type: 'started', provider: 'bench', model: 'bench' }
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
  },
  { concurrency: 20_000 },
)
await bus.flush()

const bare = await connectBare(servers)
const encoder = new TextEncoder()
bare.subscribe(bareSubject, {
  queue: 'bench',
  callback: (error, message) => {
    if (error) throw error
    message.respond(encoder.encode(JSON.stringify({ agents })))
  },
})
await bare.flush()
const released = new Promise<void>((resolve) => process.once('disconnect', resolve))
process.send?.('ready')
await released
await bare.close()
