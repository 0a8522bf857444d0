import { makeContext, withContext, type Bus } from '@parley/bus'
import { device, deviceCommands, Problem, toProblem, toProblemBody, type Person } from '@parley/contracts'
import type { RateLimits } from '../http/rate-limits.ts'
import type { AppCommand } from './app-messages.ts'

/** What became of a command: what the platform answered, or why not, under the id that the app gave it. */
export type CommandAnswer =
  | { type: 'result'; id: string; result: object }
  | { type: 'problem'; id: string; problem: object }

export type AppCommandsPorts = {
  bus: Bus
  limits: Pick<RateLimits, 'take'>
  /** Where the app is. */
  address: string
}

/** What one app may have unanswered. */
const mostAtOnce = 16
/** A message has no headers to say in what is left. */
const unsaid = { setHeader: () => undefined as never }

/** Does what one app wants of its user's devices, as the same requests over HTTP would, with the same limits. */
export function createAppCommands({ bus, limits, address }: AppCommandsPorts) {
  let running = 0

  async function run(person: Person, command: AppCommand): Promise<CommandAnswer> {
    const { id } = command
    const context = { ...makeContext(), identity: person }
    try {
      if (running >= mostAtOnce) throw new Problem('overloaded', `At most ${mostAtOnce} commands may be unanswered`)
      running++
      try {
        await limits.take('general', { userId: person.userId, address }, unsaid)
        return { type: 'result', id, result: await withContext(context, () => ask(command)) }
      } finally {
        running--
      }
    } catch (error) {
      return { type: 'problem', id, problem: toProblemBody(toProblem(error), context.requestId) }
    }
  }

  function ask(command: AppCommand): Promise<object> {
    return command.type === 'send-command'
      ? bus.request(deviceCommands.sendCommand, command)
      : bus.request(device.control, command)
  }

  return run
}
