import type { Bus } from '@parley/bus'
import { chat } from '@parley/contracts'
import type { Mind } from '../../domain/ports.ts'

/** The conversations of rooms, which chat-llm has. */
export function createMind(bus: Bus): Mind {
  return {
    answer: (question, { signal }) => bus.stream(chat.replyInRoom, question, { signal }),
    recordSpoken: async (spoken) => void (await bus.request(chat.recordSpoken, spoken)),
    close: async (taskId) => void (await bus.request(chat.closeRoom, { taskId })),
  }
}
