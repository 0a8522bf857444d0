import type { Bus } from '@parley/bus'
import { chat } from '@parley/contracts'
import type { Eyes } from '../../domain/ports.ts'

/** Pictures are looked at by the chat service. */
export function createEyes(bus: Bus): Eyes {
  return {
    look: async ({ question, ...picture }) => {
      const asked = question.trim().slice(0, 2_000) || 'What do you see?'
      return (await bus.request(chat.look, { ...picture, question: asked })).text
    },
  }
}
