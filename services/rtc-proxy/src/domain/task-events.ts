import type { Observer, RunStore, SeenStore, SessionStore } from './ports.ts'
import type { Runs } from './runs.ts'
import { over } from './session.ts'

/** What the vendor's console tells of a task. */
export type TaskEvent = {
  eventId: string
  appId: string
  roomId: string
  taskId: string
  /** Where in its life the task is; `taskStop` is its end. */
  stage: string | undefined
  /** What went wrong, by the vendor's number. */
  errorCode: number | undefined
}

export type TaskEventPorts = {
  runs: Pick<RunStore, 'find'>
  ending: Pick<Runs, 'letGo'>
  sessions: SessionStore
  seen: SeenStore
  observer: Pick<Observer, 'heard' | 'failed'>
  newTaskId: () => string
}

export type TaskEvents = { receive: (event: TaskEvent) => Promise<void> }

/** Learns from the vendor that a task has ended by itself, so that nobody waits for it; what comes twice counts once. */
export function createTaskEvents(ports: TaskEventPorts): TaskEvents {
  const { runs, ending, sessions, seen, observer, newTaskId } = ports

  async function finish({ taskId, roomId, appId }: TaskEvent): Promise<void> {
    const run = await runs.find(taskId)
    if (run?.roomId !== roomId || run.appId !== appId) return
    const place = { userId: run.userId, sceneId: run.sceneId }
    const session = await sessions.find(place)
    if (session) await sessions.change(place, session, (now) => over(now, taskId, newTaskId()))
    await ending.letGo(run, 'over')
  }

  return {
    receive: async (event) => {
      if (await seen.has(event.eventId)) return
      observer.heard(event.errorCode === undefined ? 'event' : 'error-event')
      const { taskId, errorCode, stage } = event
      if (errorCode !== undefined) observer.failed(`the cloud reports error ${errorCode}`, undefined, { taskId })
      if (stage === 'taskStop') await finish(event)
      // Only now: what failed is to be repeated.
      await seen.add(event.eventId)
    },
  }
}
