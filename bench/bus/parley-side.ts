import { connectBus, makeContext, withContext } from '@parley/bus'
import { createIdentities, Secret } from '@parley/service-kit'
import { benchContracts as contracts, makeSample, type Sample } from './contracts.ts'
import { createFrameCounter } from './frame-counter.ts'
import type { Side } from './side.ts'

/** Signed and checked with every call, as between services. */
const identitiesOf = (service: string) =>
  createIdentities(service, {
    internalTokenSecret: new Secret('a secret of this run that nobody keeps'),
    internalTokenSecretPrevious: undefined,
  })

/** The calling end over the bus. */
export async function connectParley(servers: string): Promise<Side> {
  const bus = await connectBus({ servers, name: 'bench-client', identities: identitiesOf('bench-client') })
  return {
    request: (sample) => bus.request(contracts.echo, sample),
    stream: async (chunks) => {
      let count = 0
      for await (const chunk of bus.stream(contracts.count, { chunks })) if (chunk.sequence === count) count++
      return count
    },
    publish: (data) => bus.publishBytes(contracts.frames, data),
    flush: bus.flush,
    received: async (frames) => void (await bus.request(contracts.received, { frames })),
    [Symbol.asyncDispose]: () => bus.drain(),
  }
}

/** The same call as part of a piece of work, whose id and trace travel with it, as in a service. */
export function inContext(side: Side): (sample: Sample) => Promise<Sample> {
  const context = makeContext()
  return (sample) => withContext(context, () => side.request(sample))
}

/** The serving end over the bus. */
export async function serveParley(servers: string): Promise<AsyncDisposable> {
  const bus = await connectBus({
    servers,
    name: 'bench-server',
    identities: identitiesOf('bench-server'),
    onError: (error) => console.error(error),
  })
  const counter = createFrameCounter()
  bus.handle(contracts.echo, (sample) => sample)
  bus.handle(contracts.count, async function* ({ chunks }) {
    for (let sequence = 0; sequence < chunks; sequence++) yield makeSample(sequence)
  })
  bus.onBytes(contracts.frames, counter.add)
  bus.handle(contracts.received, async ({ frames }) => {
    await counter.reached(frames)
    return { frames }
  })
  await bus.flush()
  return bus
}
