import type { Place } from './ports.ts'

/**
 * Who somebody is in the RTC cloud while they talk in one scene. A task is one run of an agent: the vendor never takes the
 * id of one that runs for another.
 */
export type Session = {
  roomId: string
  rtcUserId: string
  taskId: string
  /**
   * `idle`: the task was never started. `started`: it may be running, from before the vendor is asked. `ending`: it was to be
   * stopped, and is not known to be.
   */
  phase: 'idle' | 'started' | 'ending'
}

/**
 * A session of somebody's own: the room of a scene is another one for everybody. The scene that devices talk in has the room
 * that older clients know, which the devices of one person and their apps share.
 */
export function newSession({ userId, sceneId }: Place, taskId: string, deviceScene: string | undefined): Session {
  const roomId = sceneId === deviceScene ? `room_${userId}` : `room_${userId}_${sceneId}`
  return { roomId, rtcUserId: userId, taskId, phase: 'idle' }
}

/** As it is once a task is about to be started: a new one, unless the one at hand is unused. */
export function starting(session: Session, newTaskId: string): Session {
  return { ...session, taskId: session.phase === 'idle' ? session.taskId : newTaskId, phase: 'started' }
}

/** As it is once its task is about to be stopped. */
export function ending(session: Session): Session {
  return session.phase === 'started' ? { ...session, phase: 'ending' } : session
}

/** As it is once this task is known not to run: ready for the next one. */
export function over(session: Session, taskId: string, newTaskId: string): Session {
  return session.taskId === taskId ? { ...session, taskId: newTaskId, phase: 'idle' } : session
}
