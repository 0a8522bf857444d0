import { setTimeout as delay } from 'node:timers/promises'
import { connectBus } from '@parley/bus'
import { audio, chat, type ReplyPart } from '@parley/contracts'
import { createIdentities, Secret } from '@parley/service-kit'
import { secret } from '../device-hub/stack.ts'

/** The services behind a hub, as fast as they can be: a reply of several sentences, and their packets. */
const [natsUrl = '', sentences = '6', framesPerSentence = '25'] = process.argv.slice(2)
const bus = await connectBus({
  servers: natsUrl,
  name: 'test',
  drainMs: 1_000,
  identities: createIdentities('test', {
    internalTokenSecret: new Secret(secret),
    internalTokenSecretPrevious: undefined,
  }),
  onError: (error) => console.error(error),
})
/** About what 60 ms of speech at 24 kbit/s have. */
const packet = new Uint8Array(180).fill(0x5a)

bus.handle(chat.reply, async function* (): AsyncGenerator<ReplyPart> {
  yield { type: 'started', conversationId: crypto.randomUUID(), voice: {}, provider: 'bench' }
  for (let sentence = 0; sentence < Number(sentences); sentence++)
    yield { type: 'text-delta', text: `This is sentence number ${sentence} of it. ` }
  yield { type: 'finished', reason: 'stop' }
})
bus.handle(audio.speak, async function* () {
  await delay(30)
  for (let frame = 0; frame < Number(framesPerSentence); frame++) yield packet
})
bus.handle(chat.recordHeard, () => ({ recorded: true }))
bus.handle(chat.readManner, ({ agentId }) => ({
  agentId: agentId ?? crypto.randomUUID(),
  name: 'Bench',
  voice: {},
  manner: {},
}))
await bus.flush()
process.send?.('ready')
