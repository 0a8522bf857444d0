import type { Bus } from '@parley/bus'
import { chat } from '@parley/contracts'
import { serveErasing } from '@parley/service-kit'
import type { Agents } from '../domain/agents.ts'
import type { Completion } from '../domain/completion.ts'
import { newestPage, type Conversations } from '../domain/conversations.ts'
import type { Audience, Clock, ConversationStore, PersonStore } from '../domain/ports.ts'
import type { Looker } from '../domain/looking.ts'
import type { Replier } from '../domain/reply.ts'
import type { RoomReplier } from '../domain/room-reply.ts'
import { retry } from '../domain/retry.ts'

export type ChatSubjects = {
  bus: Bus
  reply: Replier
  replyInRoom: RoomReplier
  store: ConversationStore
  conversations: Conversations
  agents: Agents
  completion: Completion
  look: Looker
  people: PersonStore
  audience: Audience
  clock: Clock
  newId: () => string
}

/** A stream of a bare model waits for its vendor most of the time: many of them are little work. */
const manyAtOnce = { concurrency: 2_000 }

/** Serves `chat.v1.*`. */
export function serveChat(subjects: ChatSubjects): void {
  serveDevices(subjects)
  serveRooms(subjects)
  servePeople(subjects)
}

/** What the hub asks for its devices. `turn-ended` is at least once: a caller that reports twice makes it happen twice. */
function serveDevices({ bus, reply, store, agents, look, audience, clock, newId }: ChatSubjects): void {
  bus.handle(chat.reply, ({ deviceId, ownerId, agentId, ...question }, { signal }) =>
    reply({ ...question, asker: { kind: 'device', deviceId, ownerId, agentId } }, { signal }),
  )

  bus.handle(chat.recordHeard, async (heard) => {
    const told = { ...heard, id: newId(), at: clock.date() }
    const recorded = await retry(() => store.recordHeard(told), clock)
    if (!recorded) return { recorded: false }
    bus.publish(chat.turnEnded, heard)
    const { ownerId, conversationId, deviceId, message } = recorded
    if (ownerId) audience.tell(ownerId, { type: 'message', conversationId, deviceId, message })
    return { recorded: true }
  })

  bus.handle(chat.listMessages, async ({ deviceId, before, limit }) =>
    newestPage(await store.listMessages({ deviceId, before, limit: limit + 1 }), limit),
  )

  bus.handle(chat.readManner, ({ agentId }) => agents.readManner(agentId))
  bus.handle(chat.look, async (question, { signal }) => ({ text: await look(question, { signal }) }))
  bus.handle(chat.adoptDevice, async ({ deviceId, ownerId }) => ({ adopted: await store.adopt(deviceId, ownerId) }))
}

/** What rtc-proxy asks for voice rooms. */
function serveRooms({ bus, replyInRoom, store, audience, clock, newId }: ChatSubjects): void {
  bus.handle(chat.replyInRoom, (question, { signal }) => replyInRoom(question, { signal }))

  bus.handle(chat.recordSpoken, async (spoken) => {
    const told = { ...spoken, id: newId(), newId: newId(), at: clock.date() }
    const { conversationId, ownerId, message } = await retry(() => store.recordSpoken(told), clock)
    if (ownerId) audience.tell(ownerId, { type: 'message', conversationId, message })
    return { conversationId }
  })

  bus.handle(chat.closeRoom, async ({ taskId }) => ({ closed: await retry(() => store.closeRoom(taskId), clock) }))
}

/** What people ask through the gateway. */
function servePeople({ bus, reply, conversations, agents, completion, people }: ChatSubjects): void {
  bus.handle(chat.ask, ({ conversationId, agentId, ...question }, { signal, identity: { userId } }) =>
    reply({ ...question, asker: { kind: 'person', userId, conversationId, agentId } }, { signal }),
  )
  bus.handle(chat.listConversations, (page, { identity }) => conversations.list(identity, page))
  bus.handle(chat.readConversation, (page, { identity }) => conversations.read(identity, page))
  bus.handle(chat.renameConversation, (given, { identity }) => conversations.rename(identity, given))
  bus.handle(chat.deleteConversation, ({ conversationId }, { identity }) =>
    conversations.delete(identity, conversationId),
  )
  bus.handle(chat.listAgents, (_input, { identity }) => agents.list(identity))
  bus.handle(chat.readAgent, ({ agentId }, { identity }) => agents.read(identity, agentId))
  bus.handle(chat.createAgent, (settings, { identity }) => agents.create(identity, settings))
  bus.handle(chat.updateAgent, (changes, { identity }) => agents.update(identity, changes))
  bus.handle(chat.deleteAgent, ({ agentId }, { identity }) => agents.delete(identity, agentId))
  bus.handle(chat.listAgentTemplates, () => agents.listTemplates())
  bus.handle(chat.listAgentVersions, ({ agentId }, { identity }) => agents.listVersions(identity, agentId))
  bus.handle(chat.restoreAgent, ({ agentId, version }, { identity }) => agents.restore(identity, agentId, version))
  bus.handle(
    chat.complete,
    (input, { identity, signal }) => completion.complete(identity, input, { signal }),
    manyAtOnce,
  )
  bus.handle(chat.exportPerson, (_input, { identity }) => people.export(identity.userId))
  serveErasing(bus, 'chat-llm', people.erase)
  bus.handle(chat.listModels, () => completion.list())
  bus.handle(chat.checkModels, () => completion.check())
}
