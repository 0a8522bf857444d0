import { expect, test } from 'vitest'
import { ending, newSession, over, starting, type Session } from './session.ts'

const at = (phase: Session['phase'], taskId = 'task_1'): Session => ({
  roomId: 'room_u_s',
  rtcUserId: 'u',
  taskId,
  phase,
})

test('is of one person in one scene', () => {
  expect(newSession({ userId: 'u', sceneId: 's' }, 'task_1', 'other')).toEqual(at('idle'))
})

test('has the room that older clients know in the scene that devices talk in', () => {
  expect(newSession({ userId: 'u', sceneId: 's' }, 'task_1', 's').roomId).toBe('room_u')
})

test.each<[what: string, before: Session, change: (session: Session) => Session, after: Session]>([
  ['an unused task is started', at('idle'), (session) => starting(session, 'task_2'), at('started')],
  ['one that may run is followed', at('started'), (session) => starting(session, 'task_2'), at('started', 'task_2')],
  ['one that may still end is, too', at('ending'), (session) => starting(session, 'task_2'), at('started', 'task_2')],
  ['one that may run is ended', at('started'), ending, at('ending')],
  ['one that never ran needs no end', at('idle'), ending, at('idle')],
  ['one that is over is replaced', at('ending'), (session) => over(session, 'task_1', 'task_2'), at('idle', 'task_2')],
  ['the end of another is no matter', at('started'), (session) => over(session, 'task_0', 'task_2'), at('started')],
])('%s', (_, before, change, after) => {
  expect(change(before)).toEqual(after)
})
