import { Problem } from '@parley/contracts'
import { z } from 'zod'
import { definePlugin } from '../extensions/plugin.ts'

/** Another agent answers on this device, from the next turn on. */
export default definePlugin({
  name: 'change_role',
  description:
    'Lets another role (another assistant with its own voice) answer on this device, when the user asks for it.',
  input: z.object({ role: z.string().trim().min(1).max(64).describe('Its name') }),
  open: (_settings, { roles }) => ({
    offered: ({ turn }) => turn.deviceId !== undefined && turn.ownerId !== undefined,
    run: async ({ role }, { turn: { deviceId, ownerId, agent } }) => {
      if (deviceId === undefined || ownerId === undefined)
        throw new Problem('bad-request', 'Only on a device that has an owner.')
      const known = await roles.list(ownerId)
      const wanted = find(known, role)
      if (!wanted) throw new Problem('not-found', `There is no such role. There are: ${namesOf(known)}.`)
      if (wanted.agentId === agent.agentId) throw new Problem('conflict', `${wanted.name} is answering already.`)
      await roles.take({ deviceId, ownerId, agentId: wanted.agentId })
      return `${wanted.name} answers from the next question on. Say so in one short sentence.`
    },
  }),
})

type Known = { agentId: string; name: string }[]

/** By its whole name before a part of it: people and recognisers shorten. */
function find(known: Known, role: string) {
  const wanted = role.toLowerCase()
  return (
    known.find(({ name }) => name.toLowerCase() === wanted) ??
    known.find(({ name }) => name.toLowerCase().includes(wanted))
  )
}

function namesOf(known: Known): string {
  return known
    .slice(0, 20)
    .map(({ name }) => name)
    .join(', ')
}
