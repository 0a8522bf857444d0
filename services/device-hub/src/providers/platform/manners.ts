import type { Bus } from '@parley/bus'
import { chat, type AgentManner } from '@parley/contracts'
import type { Logger } from '@parley/service-kit'
import type { Manner, Manners } from '../../domain/manner.ts'

type Known = { agentId: string | undefined; manner: Manner; readAt: number }

/** What was read is read again after this long, should the news of a change have been lost. */
const believedMs = 300_000
/** Without an answer it is asked again not before. */
const askAgainMs = 10_000
const mostKnown = 10_000

/**
 * The manners of agents, from the chat service. Nobody waits for them: until they are known, and while chat is away, an agent has
 * the installation's own.
 */
export function createManners(bus: Bus, log: Logger, own: Manner): Manners {
  const known = new Map<string, Known>()
  const asked = new Map<string, number>()

  async function read(agentId: string | undefined, key: string) {
    try {
      const answer = await bus.request(chat.readManner, { agentId })
      const oldest = known.keys().next()
      if (known.size >= mostKnown && !oldest.done) known.delete(oldest.value)
      known.set(key, { agentId: answer.agentId, manner: toManner(answer, own), readAt: performance.now() })
      asked.delete(key)
    } catch (error) {
      log.info({ error, agentId }, 'the manner of an agent is not known')
    }
  }

  bus.on(chat.agentChanged, ({ agentId }) => {
    for (const [key, entry] of known) if (entry.agentId === agentId) void read(key || undefined, key)
  })

  return (agentId) => {
    const key = agentId ?? ''
    const entry = known.get(key)
    const now = performance.now()
    const old = !entry || now - entry.readAt > believedMs
    if (old && now - (asked.get(key) ?? -askAgainMs) >= askAgainMs) {
      if (asked.size >= mostKnown) asked.clear()
      asked.set(key, now)
      void read(agentId, key)
    }
    return entry?.manner ?? own
  }
}

function toManner({ manner }: AgentManner, own: Manner): Manner {
  const { greeting, farewell, fillers, exitPhrases, endpointing, idleCloseMs, replacements } = manner
  return {
    greeting: greeting === undefined ? own.greeting : (greeting ?? undefined),
    farewell: farewell === undefined ? own.farewell : (farewell ?? undefined),
    fillers: fillers ?? own.fillers,
    exitPhrases: exitPhrases ?? own.exitPhrases,
    ...(replacements && { replacements }),
    silenceMs: endpointing?.silenceMs ?? own.silenceMs,
    adaptiveSilence: endpointing?.adaptive ?? own.adaptiveSilence,
    idleCloseMs: idleCloseMs === undefined ? own.idleCloseMs : (idleCloseMs ?? 0),
  }
}
