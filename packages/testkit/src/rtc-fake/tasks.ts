import type { FakeAccount } from './check-signature.ts'
import type { ActionBody, ActionName } from './bodies.ts'
import { VendorError } from './vendor-error.ts'

/** An agent in a room, as it was started, with what it was told since. */
export type RunningTask = { appId: string; roomId: string; taskId: string; started: ActionBody; updates: ActionBody[] }

export type Tasks = {
  running: () => RunningTask[]
  /** Carries out an action. @throws VendorError when the app is not the account's or the task's state forbids it */
  perform: (action: ActionName, body: ActionBody, account: FakeAccount) => void
  end: (taskId: string) => void
}

/** The agents of the vendor: at most one for an app, room and task. */
export function createTasks(): Tasks {
  const tasks = new Map<string, RunningTask>()

  const actions: Record<ActionName, (key: string, body: ActionBody) => void> = {
    StartVoiceChat: (key, body) => {
      if (tasks.has(key))
        throw new VendorError(
          'InvalidParameter',
          'The task has been started. Please do not call the startup task interface repeatedly.',
        )
      tasks.set(key, { appId: body.AppId, roomId: body.RoomId, taskId: body.TaskId, started: body, updates: [] })
    },
    UpdateVoiceChat: (key, body) => {
      find(key).updates.push(body)
    },
    StopVoiceChat: (key) => {
      find(key)
      tasks.delete(key)
    },
  }

  /** The vendor publishes no words for this refusal. */
  function find(key: string): RunningTask {
    const task = tasks.get(key)
    if (!task) throw new VendorError('InvalidParameter', 'The task does not exist.')
    return task
  }

  return {
    running: () => [...tasks.values()],
    end: (taskId) => {
      for (const [key, task] of tasks) if (task.taskId === taskId) tasks.delete(key)
    },
    perform: (action, body, account) => {
      if (!account.appIds.includes(body.AppId))
        throw new VendorError('InvalidParameter.AccountIdMismatch', 'The AppId does not belong to the account.')
      actions[action]([body.AppId, body.RoomId, body.TaskId].join('/'), body)
    },
  }
}
