import { Problem, type DeviceCommand } from '@parley/contracts'
import { toUpdate, type CommandPorts, type CommandStore, type Outcome } from './commands.ts'
import { createErrand, type Errand } from './errand.ts'
import type { Session } from './session-ports.ts'

export type CommandRunnerSettings = {
  deviceId: string
  sessionId: string
  session: Pick<Session, 'say' | 'whenFree' | 'tell' | 'callTool' | 'open'>
  store: Pick<CommandStore, 'takeNext' | 'putBack' | 'finish' | 'giveUp'>
  tell: CommandPorts['tell']
  now: () => Date
  onFailure: (error: unknown, what: string) => void
  /** Nothing more is to be done. */
  onIdle: () => void
}

/** Nothing of it reached the device. */
class NotGiven extends Error {
  override readonly name = 'NotGiven'
}

/** Gives one connected device its commands: each once, whatever becomes of the connection. */
export function createCommandRunner(settings: CommandRunnerSettings): Errand {
  const { deviceId, sessionId, session, store, tell, now, onFailure, onIdle } = settings
  let first = true

  async function runAll() {
    if (first) for (const command of await store.giveUp(deviceId, sessionId, now())) tell(...toUpdate(command))
    first = false
    for (;;) {
      if (!session.open) return
      const command = await store.takeNext(deviceId, sessionId, now())
      if (!command) return
      try {
        const outcome = await give(command.command)
        const ended = await store.finish(command.commandId, sessionId, outcome, now())
        if (ended) tell(...toUpdate(ended))
      } catch (error) {
        if (!(error instanceof NotGiven)) throw error
        return await store.putBack(command.commandId, sessionId)
      }
    }
  }

  async function give(command: DeviceCommand): Promise<Outcome> {
    if (!session.open) throw new NotGiven()
    if (command.type === 'say') {
      while (!session.say(command.text)) {
        await session.whenFree()
        if (!session.open) throw new NotGiven()
      }
      return { state: 'done' }
    }
    if (command.type === 'call') return call(command)
    if (command.type === 'reboot') session.tell({ type: 'system', command: 'reboot' })
    else session.tell(command)
    return { state: 'done' }
  }

  async function call({ name, arguments: given }: DeviceCommand & { type: 'call' }): Promise<Outcome> {
    try {
      const { text, failed } = await session.callTool({ name, arguments: given }, {})
      return { state: failed ? 'failed' : 'done', result: text.slice(0, 16_000) }
    } catch (error) {
      if (error instanceof Problem) return { state: 'unanswered', result: error.detail }
      throw error
    }
  }

  return createErrand(runAll, {
    onFailure: (error) => onFailure(error, 'commands wait for their device'),
    onIdle,
  })
}
