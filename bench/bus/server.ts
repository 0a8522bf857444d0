import { serveBare } from './bare-side.ts'
import { serveParley } from './parley-side.ts'

/** The serving process: both ways, each over a connection of its own, until its parent lets go of it. */
const [url = ''] = process.argv.slice(2)
await using stack = new AsyncDisposableStack()
for (const server of await Promise.all([serveBare(url), serveParley(url)])) stack.use(server)
const released = new Promise<void>((resolve) => process.once('disconnect', resolve))
process.send?.('ready')
await released
