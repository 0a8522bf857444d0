import { Problem, type Agent, type AgentManner, type AgentSettings, type Person } from '@parley/contracts'
import type { AgentStore, OwnedAgent } from './ports.ts'

export type Agents = {
  list: (person: Person) => Promise<{ agents: Agent[] }>
  /** @throws Problem `not-found` for one that is not the person's to see */
  read: (person: Person, agentId: string) => Promise<Agent>
  /** @throws Problem `conflict` when the person has too many */
  create: (person: Person, settings: AgentSettings) => Promise<Agent>
  /**
   * @throws Problem `not-found`, `forbidden` for one that is everybody's, `precondition-failed` when it is not as it was any more
   */
  update: (
    person: Person,
    changes: Partial<AgentSettings> & { agentId: string; unchangedSince?: string | undefined },
  ) => Promise<Agent>
  /** How it holds a conversation; the default agent without an id. @throws Problem `not-found` */
  readManner: (agentId: string | undefined) => Promise<AgentManner>
}

export type AgentPorts = {
  agents: AgentStore
  newId: () => string
  now: () => Date
  /** Told of each agent that has become different. */
  changed: (agentId: string) => void
}

const mostAgents = 100

/** Who may see and edit which agent: one's own, and everybody's, which only administrators edit. */
export function createAgents(ports: AgentPorts): Agents {
  const { agents, newId, now } = ports

  async function find(person: Person, agentId: string): Promise<OwnedAgent> {
    const found = await agents.find(agentId, person.userId)
    if (!found) throw noSuchAgent()
    return found
  }

  return {
    list: async (person) => ({
      agents: (await agents.listFor(person.userId)).map((agent) => toAgent(agent, person)),
    }),

    read: async (person, agentId) => toAgent(await find(person, agentId), person),

    create: async (person, settings) => {
      if ((await agents.countOwned(person.userId)) >= mostAgents)
        throw new Problem('conflict', `You have ${mostAgents} agents already; that is the most`)
      const agent = { ...settings, agentId: newId(), ownerId: person.userId, at: now() }
      return toAgent(await agents.add(agent), person)
    },

    update: async (person, { agentId, unchangedSince, ...changes }) => {
      const found = await find(person, agentId)
      if (!mayEdit(found, person)) throw new Problem('forbidden', 'This agent is everybody’s: make one of your own')
      const since = unchangedSince === undefined ? undefined : new Date(unchangedSince)
      const changed = await agents.change(agentId, changes, {
        at: laterThan(found.updatedAt, now()),
        unchangedSince: since,
      })
      if (!changed && since) throw new Problem('precondition-failed', 'This agent was changed meanwhile: read it again')
      if (!changed) throw noSuchAgent()
      ports.changed(agentId)
      return toAgent(changed, person)
    },

    readManner: async (agentId) => {
      const found = agentId === undefined ? await agents.findDefault() : await agents.findAny(agentId)
      if (!found) throw noSuchAgent()
      const { name, language, voice, manner } = found
      return { agentId: found.agentId, name, language, voice, manner }
    },
  }
}

/** Of two changes within a millisecond, the second one is another one. */
function laterThan(before: string, now: Date): Date {
  return new Date(Math.max(now.getTime(), Date.parse(before) + 1))
}

export function noSuchAgent(): Problem {
  return new Problem('not-found', 'There is no such agent')
}

function mayEdit({ ownerId }: OwnedAgent, { userId, kind }: Person): boolean {
  return ownerId === undefined ? kind === 'admin' : ownerId === userId
}

function toAgent(owned: OwnedAgent, person: Person): Agent {
  const { ownerId: _, ...agent } = owned
  return { ...agent, editable: mayEdit(owned, person) }
}
