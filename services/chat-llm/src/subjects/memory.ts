import type { Bus } from '@parley/bus'
import { memory } from '@parley/contracts'
import type { Facts } from '../domain/memory/facts.ts'

/** Serves what people ask of what is known of them. */
export function serveMemory(bus: Bus, facts: Facts): void {
  bus.handle(memory.listFacts, (page, { identity }) => facts.list(identity, page))
  bus.handle(memory.addFact, ({ text }, { identity }) => facts.add(identity, text))
  bus.handle(memory.changeFact, ({ factId, text }, { identity }) => facts.change(identity, factId, text))
  bus.handle(memory.deleteFact, ({ factId }, { identity }) => facts.delete(identity, factId))
  bus.handle(memory.forgetPerson, (_input, { identity }) => facts.deleteAll(identity))
}
