import { readStartArguments } from './arguments.ts'
import { readEnvironment } from './environment.ts'
import { killStoppingChildren } from './process/child.ts'
import { Refusal } from './refusal.ts'
import { services } from './services.ts'
import { startParley } from './start-parley.ts'
import { say, texts } from './terminal.ts'
import { root } from './toolchain/project.mjs'

// One Ctrl-C arrives several times: from the terminal, from npm and from the bootstrap, which both pass it on.
const samePressMs = 500

async function main(): Promise<void> {
  const { help, fresh, docker } = readStartArguments(process.argv.slice(2))
  if (help) return say(texts.help)
  const stop = stopOnSignals()
  const beganAt = performance.now()
  try {
    await using parley = await startParley({
      clone: root,
      services,
      environment: readEnvironment(root, process.env),
      fresh,
      docker,
      signal: stop,
    })
    say(texts.ready((performance.now() - beganAt) / 1000, parley.addresses))
    await aborted(stop)
  } catch (error) {
    if (!stop.aborted) throw error
  }
  say(texts.stopped)
}

/** Aborts at the first signal; a second one, later than the echoes of the first, kills what still keeps it waiting. */
function stopOnSignals(): AbortSignal {
  const stopping = new AbortController()
  let firstAt = 0
  const onSignal = () => {
    if (!stopping.signal.aborted) {
      firstAt = performance.now()
      say(texts.stopping)
      stopping.abort()
    } else if (performance.now() - firstAt > samePressMs) {
      say(texts.killing)
      killStoppingChildren()
    }
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal)
  // The terminal may close before this process ends.
  process.stdout.on('error', () => undefined)
  return stopping.signal
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })

try {
  await main()
} catch (error) {
  process.exitCode = 1
  console.error(error instanceof Refusal ? `\n${error.message}` : error)
}
