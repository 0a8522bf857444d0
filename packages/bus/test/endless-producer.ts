import { setTimeout as delay } from 'node:timers/promises'
import { connectBus } from '../src/index.ts'
import { lab } from './contracts.ts'

/** A process of its own, to be killed in the middle of a stream. */
const [servers = '', prefix = ''] = process.argv.slice(2)
const bus = await connectBus({ servers, prefix, name: 'endless-producer' })
bus.handle(lab.count, async function* () {
  for (let count = 0; ; count++) {
    yield { count }
    await delay(20)
  }
})
await bus.flush()
process.send?.('serving')
