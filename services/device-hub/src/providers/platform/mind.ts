import { setTimeout as delay } from 'node:timers/promises'
import type { Bus } from '@parley/bus'
import { chat, type Heard } from '@parley/contracts'
import type { Logger } from '@parley/service-kit'
import type { Mind } from '../../domain/ports.ts'

const recordAttempts = 4
const firstPauseMs = 250

/** The conversation by the chat service. Disposing waits for what is still being recorded. */
export function createMind(bus: Bus, log: Logger): Mind & AsyncDisposable {
  const recording = new Set<Promise<void>>()

  async function record(heard: Heard) {
    for (let attempt = 1; ; attempt++) {
      try {
        await bus.request(chat.recordHeard, heard)
        return
      } catch (error) {
        if (attempt === recordAttempts)
          return log.error({ error, turnId: heard.turnId }, 'what was heard is not recorded')
        await delay(firstPauseMs * 2 ** attempt)
      }
    }
  }

  return {
    reply: (input, { signal }) => bus.stream(chat.reply, input, { signal }),
    recordHeard: (heard) => {
      const recorded = record(heard).finally(() => recording.delete(recorded))
      recording.add(recorded)
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(recording)
    },
  }
}
