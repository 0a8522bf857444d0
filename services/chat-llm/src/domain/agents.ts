import {
  Problem,
  type Agent,
  type AgentManner,
  type AgentSettings,
  type AgentTemplate,
  type AgentVersion,
  type Person,
} from '@parley/contracts'
import { agentTemplates } from './agent-templates.ts'
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
  /** @throws Problem `not-found`, `forbidden` for one that is everybody's, here and below */
  delete: (person: Person, agentId: string) => Promise<{ deleted: boolean }>
  listTemplates: () => { templates: AgentTemplate[] }
  listVersions: (person: Person, agentId: string) => Promise<{ versions: AgentVersion[] }>
  restore: (person: Person, agentId: string, version: number) => Promise<Agent>
  /** How it holds a conversation; the default agent without an id, and in the place of one that is gone. */
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

  async function findOwn(person: Person, agentId: string): Promise<OwnedAgent> {
    const found = await find(person, agentId)
    if (!mayEdit(found, person)) throw new Problem('forbidden', 'This agent is everybody’s: make one of your own')
    return found
  }

  async function change(
    person: Person,
    { agentId, updatedAt }: OwnedAgent,
    changes: Partial<AgentSettings>,
    unchangedSince: Date | undefined,
  ): Promise<Agent> {
    const options = { at: laterThan(updatedAt, now()), unchangedSince, by: person.userId }
    const changed = await agents.change(agentId, changes, options)
    if (!changed && unchangedSince)
      throw new Problem('precondition-failed', 'This agent was changed meanwhile: read it again')
    if (!changed) throw noSuchAgent()
    ports.changed(agentId)
    return toAgent(changed, person)
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
      const found = await findOwn(person, agentId)
      return change(person, found, changes, unchangedSince === undefined ? undefined : new Date(unchangedSince))
    },

    delete: async (person, agentId) => {
      const { ownerId, isDefault } = await findOwn(person, agentId)
      if (ownerId === undefined || isDefault) throw new Problem('forbidden', 'This agent is everybody’s, and stays')
      if (!(await agents.delete(agentId, ownerId))) throw noSuchAgent()
      ports.changed(agentId)
      return { deleted: true }
    },

    listTemplates: () => ({ templates: agentTemplates }),

    listVersions: async (person, agentId) => {
      await findOwn(person, agentId)
      return { versions: await agents.listVersions(agentId) }
    },

    restore: async (person, agentId, version) => {
      const found = await findOwn(person, agentId)
      const wanted = (await agents.listVersions(agentId)).find((one) => one.version === version)
      if (!wanted) throw new Problem('not-found', 'There is no such version of this agent')
      return change(person, found, wanted.settings, undefined)
    },

    readManner: async (agentId) => {
      const chosen = agentId === undefined ? undefined : await agents.findAny(agentId)
      const found = chosen ?? (await agents.findDefault())
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
