import { Problem, type McpConnection, type Person } from '@parley/contracts'
import { noSuchAgent } from '../agents.ts'
import type { AgentStore } from '../ports.ts'
import type { ToolSource } from '../tools/tool.ts'
import { readAddressToken, writeAddressToken } from './address-token.ts'
import type { CallConnection, ConnectionDirectory, EpochStore } from './ports.ts'

export type AccessPointPorts = {
  agents: Pick<AgentStore, 'find'>
  epochs: EpochStore
  directory: ConnectionDirectory
  /** Reaches a connection wherever its socket is. */
  calls: CallConnection
}

export type AccessPointSettings = {
  /** Where tool servers dial in, without a token. */
  url: string
  /** Tokens are made with the first; those of all are good. */
  keys: readonly [Uint8Array, ...Uint8Array[]]
}

/** Where tool servers from outside dial in for an agent. */
export type AccessPoint = {
  /** @throws Problem `not-found`, `forbidden` for an agent that is not the person's own, here and below */
  readAddress: (person: Person, agentId: string) => Promise<{ url: string }>
  renewAddress: (person: Person, agentId: string) => Promise<{ url: string }>
  listConnections: (person: Person, agentId: string) => Promise<{ connections: McpConnection[] }>
  /** Whose tool server dials in with this token. @throws Problem `unauthorized` */
  admit: (token: string) => Promise<{ agentId: string }>
  /** The tools of whatever has dialled in for the agent of a turn. */
  source: ToolSource
}

export function createAccessPoint(ports: AccessPointPorts, { url, keys }: AccessPointSettings): AccessPoint {
  const { agents, epochs, directory, calls } = ports

  async function mustOwn({ userId, kind }: Person, agentId: string): Promise<void> {
    const found = await agents.find(agentId, userId)
    if (!found) throw noSuchAgent()
    // The tools of an agent that is everybody's would be everybody's.
    if (found.ownerId !== userId && !(found.ownerId === undefined && kind === 'admin'))
      throw new Problem('forbidden', 'This agent is everybody’s: make one of your own')
  }

  function toAddress(agentId: string, epoch: number): { url: string } {
    const address = new URL(url)
    address.searchParams.set('token', writeAddressToken({ agentId, epoch }, keys[0]))
    return { url: address.href }
  }

  return {
    readAddress: async (person, agentId) => {
      await mustOwn(person, agentId)
      return toAddress(agentId, (await epochs.read(agentId)) ?? 0)
    },

    renewAddress: async (person, agentId) => {
      await mustOwn(person, agentId)
      const epoch = await epochs.renew(agentId)
      if (epoch === undefined) throw noSuchAgent()
      const gone = await directory.list(agentId)
      await Promise.all(gone.map(({ connectionId }) => calls.dismiss(connectionId)))
      return toAddress(agentId, epoch)
    },

    listConnections: async (person, agentId) => {
      await mustOwn(person, agentId)
      const connections = await directory.list(agentId)
      return {
        connections: connections.map(({ about, connectedAt, tools }) => ({
          ...about,
          connectedAt: connectedAt.toISOString(),
          tools: tools.map(({ name, description }) => ({ name, description })),
        })),
      }
    },

    admit: async (token) => {
      const claim = readAddressToken(token, keys)
      const epoch = claim && (await epochs.read(claim.agentId))
      if (!claim || epoch !== claim.epoch) throw new Problem('unauthorized', 'This address is not good (any more)')
      return { agentId: claim.agentId }
    },

    source: {
      name: 'mcp-access-point',
      toolsFor: async ({ agent }) => {
        const connections = await directory.list(agent.agentId)
        const names = uniqueNames(connections.map(({ about }) => about.name))
        return connections.flatMap(({ connectionId, tools }, index) =>
          tools.map(({ name, description, inputSchema }) => ({
            name: `${names[index]}.${name}`,
            description,
            inputSchema,
            origin: 'mcp' as const,
            trusted: false,
            run: (args: Record<string, unknown>, options: { timeoutMs: number; signal: AbortSignal }) =>
              calls.call(connectionId, { name, arguments: args }, options),
          })),
        )
      },
    },
  }
}

/** Servers by what they call themselves; the second of one name is `name-2`. */
function uniqueNames(names: string[]): string[] {
  const counts = new Map<string, number>()
  return names.map((given) => {
    const name =
      given
        .toLowerCase()
        .replaceAll(/[^a-z0-9]+/g, '-')
        .replaceAll(/^-|-$/g, '')
        .slice(0, 24) || 'server'
    const count = (counts.get(name) ?? 0) + 1
    counts.set(name, count)
    return count === 1 ? name : `${name}-${count}`
  })
}
