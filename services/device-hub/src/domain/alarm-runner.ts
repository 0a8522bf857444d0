import { alarmWords } from './alarm-words.ts'
import { dueAgain, toUpdate, type AlarmPorts, type AlarmStore } from './alarms.ts'
import { createErrand, type Errand } from './errand.ts'
import type { Session } from './session-ports.ts'

export type AlarmRunnerSettings = {
  deviceId: string
  sessionId: string
  session: Pick<Session, 'say' | 'quiet' | 'whenQuiet' | 'tell' | 'open'>
  store: Pick<AlarmStore, 'takeDue' | 'putBack' | 'finish' | 'abandoned'>
  tell: AlarmPorts['tell']
  now: () => Date
  onFailure: (error: unknown, what: string) => void
  /** Nothing more is to be done. */
  onIdle: () => void
}

/**
 * Has one connected device say what is due: shown and spoken, after whatever is being said to it or by it. Each time is given to
 * one connection once, right before it is said; what became of one that was given to a connection that is gone, nobody knows.
 */
export function createAlarmRunner(settings: AlarmRunnerSettings): Errand {
  const { deviceId, sessionId, session, store, tell, now, onFailure, onIdle } = settings
  let first = true

  async function giveUp() {
    for (const alarm of await store.abandoned(deviceId, sessionId)) {
      await store.finish(alarm.alarmId, dueAgain(alarm, now()))
      if (alarm.ownerId !== undefined) tell(alarm.ownerId, toUpdate(alarm, 'missed'))
    }
  }

  async function ringAll() {
    if (first) await giveUp()
    first = false
    for (;;) {
      await session.whenQuiet()
      if (!session.open) return
      const alarm = await store.takeDue(deviceId, sessionId, now())
      if (!alarm) return
      if (!session.open) return await store.putBack(alarm.alarmId, sessionId)
      // Somebody may have begun to talk meanwhile.
      if (!session.quiet) {
        await store.putBack(alarm.alarmId, sessionId)
        continue
      }
      const { title, text } = alarmWords(alarm, now())
      session.tell({ type: 'alert', status: title, message: text, emotion: 'surprised' })
      session.say(text)
      await store.finish(alarm.alarmId, dueAgain(alarm, now()))
      if (alarm.ownerId !== undefined) tell(alarm.ownerId, toUpdate(alarm, 'rung'))
    }
  }

  return createErrand(ringAll, {
    onFailure: (error) => onFailure(error, 'alarms wait for their device'),
    onIdle,
  })
}
