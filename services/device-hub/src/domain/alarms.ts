import {
  Problem,
  type Alarm,
  type AlarmKind,
  type AlarmRepetition,
  type AlarmState,
  type AppUpdate,
  type NewAlarm,
} from '@parley/contracts'
import { firstDue, nextDue, timeOfDayAt } from './alarm-times.ts'

/** An alarm as it is kept, with whoever owns its device. */
export type KeptAlarm = {
  alarmId: string
  deviceId: string
  ownerId?: string | undefined
  kind: AlarmKind
  dueAt: Date
  repeats?: AlarmRepetition | undefined
  timeOfDay: string
  timeZone: string
  text?: string | undefined
  language?: string | undefined
  createdAt: Date
}

export type AlarmStore = {
  /** Undefined when the device keeps `most` already, or is not known. */
  add: (alarm: KeptAlarm, most: number) => Promise<KeptAlarm | undefined>
  /** The next one first. */
  list: (deviceId: string) => Promise<KeptAlarm[]>
  /** Takes it away; undefined when the device has no such alarm. */
  cancel: (deviceId: string, alarmId: string) => Promise<KeptAlarm | undefined>
  /** Devices with one that became due after `from`, until `to`. */
  devicesDue: (from: Date, to: Date) => Promise<string[]>
  /** Gives the one that is due for the longest to this connection, and to no other. */
  takeDue: (deviceId: string, sessionId: string, at: Date) => Promise<KeptAlarm | undefined>
  /** Takes back what was given to this connection, of which nothing reached the device. */
  putBack: (alarmId: string, sessionId: string) => Promise<void>
  /** It was said: it is due again at `next`, or gone. */
  finish: (alarmId: string, next: Date | undefined) => Promise<void>
  /** Those that an earlier connection of the device was given and that nobody has heard of since. */
  abandoned: (deviceId: string, sessionId: string) => Promise<KeptAlarm[]>
  /** Takes timers away that were due before `before`. */
  dropTimers: (before: Date) => Promise<KeptAlarm[]>
}

export type AlarmPorts = {
  store: AlarmStore
  /** Whether the device is this person's. */
  owns: (userId: string, deviceId: string) => Promise<boolean>
  tell: (userId: string, update: AppUpdate) => void
  newId: () => string
  now: () => Date
}

export type Alarms = {
  /** @throws Problem `bad-request` for a time that cannot be, `overloaded` when the device keeps as many as it may */
  set: (deviceId: string, alarm: NewAlarm) => Promise<Alarm>
  list: (deviceId: string) => Promise<{ alarms: Alarm[] }>
  /** @throws Problem `not-found` */
  cancel: (deviceId: string, alarmId: string) => Promise<Alarm>
  /** @throws Problem `not-found` for a device that is not the person's */
  checkOwner: (userId: string, deviceId: string) => Promise<void>
  /** Ends timers whose devices stayed away for too long. */
  dropLate: () => Promise<void>
}

/** Kept for one device. */
const mostKept = 64
/** Nobody waits for a timer any more that was over a day ago. */
const timerKeptMs = 86_400_000

/** What devices are going to say, whether they are there or not. */
export function createAlarms(
  { store, owns, tell, newId, now }: AlarmPorts,
  { timeZone: usual }: { timeZone: string },
): Alarms {
  const note = (alarm: KeptAlarm, state: AlarmState) => {
    if (alarm.ownerId !== undefined) tell(alarm.ownerId, toUpdate(alarm, state))
  }

  return {
    set: async (deviceId, { kind, due, repeats, text, language, timeZone = usual }) => {
      if (kind === 'timer' && repeats) throw new Problem('bad-request', 'A timer does not repeat')
      if (kind === 'reminder' && text === undefined) throw new Problem('bad-request', 'A reminder says of what')
      const createdAt = now()
      const dueAt = firstDue({ due, repeats, timeZone, now: createdAt })
      const timeOfDay = 'time' in due ? `${due.time}:00` : timeOfDayAt(dueAt, timeZone)
      const alarm = { alarmId: newId(), deviceId, kind, dueAt, repeats, timeOfDay, timeZone, text, language, createdAt }
      const kept = await store.add(alarm, mostKept)
      if (!kept) throw new Problem('overloaded', `This device keeps ${mostKept} alarms already, or has to be restarted`)
      note(kept, 'set')
      return toAlarm(kept)
    },
    list: async (deviceId) => ({ alarms: (await store.list(deviceId)).map(toAlarm) }),
    cancel: async (deviceId, alarmId) => {
      const cancelled = await store.cancel(deviceId, alarmId)
      if (!cancelled) throw new Problem('not-found', 'The device has no such alarm')
      note(cancelled, 'cancelled')
      return toAlarm(cancelled)
    },
    checkOwner: async (userId, deviceId) => {
      if (!(await owns(userId, deviceId))) throw new Problem('not-found', 'You have no such device')
    },
    dropLate: async () => {
      const dropped = await store.dropTimers(new Date(now().getTime() - timerKeptMs))
      for (const alarm of dropped) note(alarm, 'dropped')
    },
  }
}

/** When it is due again once it has been said; undefined when that was the only time. */
export function dueAgain({ repeats, ...alarm }: KeptAlarm, now: Date): Date | undefined {
  return repeats && nextDue({ ...alarm, repeats }, now)
}

/** What the apps of the device's owner are told. */
export function toUpdate({ deviceId, alarmId, kind, dueAt, text }: KeptAlarm, state: AlarmState): AppUpdate {
  return {
    type: 'device-alarm',
    deviceId,
    alarmId,
    kind,
    state,
    dueAt: dueAt.toISOString(),
    ...(text !== undefined && { text }),
  }
}

function toAlarm(alarm: KeptAlarm): Alarm {
  const { alarmId, deviceId, kind, repeats, text, language, timeZone } = alarm
  const times = { dueAt: alarm.dueAt.toISOString(), createdAt: alarm.createdAt.toISOString() }
  return { alarmId, deviceId, kind, repeats, text, language, timeZone, ...times }
}
