import type { Bus, Subscription } from '@parley/bus'
import { app, device, type AppUpdate, type DeviceStatus } from '@parley/contracts'
import { repeat, type Logger } from '@parley/service-kit'
import { createAlarmRunner, type AlarmRunnerSettings } from './domain/alarm-runner.ts'
import { createAlarmWatch } from './domain/alarm-watch.ts'
import type { Alarms, AlarmStore } from './domain/alarms.ts'
import { createCommandRunner, type CommandRunnerSettings } from './domain/command-runner.ts'
import { drainSessions } from './domain/drain.ts'
import type { DeviceStore } from './domain/enrolment.ts'
import type { Errand } from './domain/errand.ts'
import type { Clock, Link } from './domain/ports.ts'
import { createTenure, type LeaseStore, type Tenure } from './domain/presence.ts'
import type { ConnectedDevice, Session, SessionPorts } from './domain/session-ports.ts'
import { openSession } from './domain/session.ts'
import { serveDevice } from './subjects/device.ts'

type Connection = {
  device: ConnectedDevice
  sessionId: string
  session: Session
  tenure: Tenure
  pin: Subscription
  /** Undefined while nothing is to be given to the device. */
  commands: Errand | undefined
  /** Undefined while nothing is due on it. */
  ringing: Errand | undefined
  closed: boolean
}

export type HubSettings = {
  bus: Bus
  log: Logger
  leases: LeaseStore
  devices: Pick<DeviceStore, 'touch' | 'findAll'>
  commands: CommandRunnerSettings['store']
  alarms: Pick<Alarms, 'set' | 'list' | 'cancel'>
  alarmStore: AlarmRunnerSettings['store'] & Pick<AlarmStore, 'devicesDue'>
  noteStatus: (deviceId: string, status: DeviceStatus) => Promise<void>
  clock: Clock
  newSession: SessionPorts
}

export type Hub = AsyncDisposable & {
  connect: (device: ConnectedDevice, link: Link) => Session
  /** Closes who is between utterances little by little, lets the others finish, and closes the rest after `withinMs`. */
  drain: (withinMs: number) => Promise<void>
  readonly size: number
}

const refreshEveryMs = 30_000
const touchEveryMs = 300_000
/** Below the two minutes after which devices take a silent connection for dead. */
const keepWarmEveryMs = 60_000
const lookForDueEveryMs = 500
/** Whoever wakes a device says something first: what was due meanwhile waits for that. */
const firstWordsMs = 2_000

/** The connected devices of this instance, and their place among those of all instances. */
export function openHub(settings: HubSettings): Hub {
  const { bus, log, leases, devices, commands, alarms, alarmStore, noteStatus, clock, newSession } = settings
  const connections = new Map<string, Connection>()
  const pending = new Set<Promise<unknown>>()
  const greeting = new Set<() => void>()

  function track(work: Promise<unknown>) {
    const tracked = work.finally(() => pending.delete(tracked))
    pending.add(tracked)
  }

  function tellOwner({ session }: Connection, update: AppUpdate) {
    const userId = session.ownerId
    if (userId !== undefined) bus.publish(app.update, update, { tokens: { userId } })
  }

  async function claim(connection: Connection) {
    const {
      device: { deviceId },
      session,
      tenure,
    } = connection
    try {
      const epoch = await leases.claim(deviceId)
      if (tenure.begin(epoch)) return session.close('replaced')
      // Whoever holds an older connection, here or elsewhere, closes it.
      bus.publish(device.kick, { reason: 'replaced', epoch }, { tokens: { deviceId } })
      if (connection.closed) return await release(connection)
      bus.publish(device.online, { deviceId })
      await lookAgain([connection])
      tellOwner(connection, { type: 'device-online', deviceId })
    } catch (error) {
      log.warn({ error, deviceId }, 'the lease of a device could not be claimed')
    }
  }

  async function release(connection: Connection) {
    const {
      device: { deviceId },
      tenure,
    } = connection
    if (tenure.epoch === undefined) return
    try {
      const ours = await leases.release(deviceId, tenure.epoch)
      if (!ours) return
      bus.publish(device.offline, { deviceId, reason: 'closed' })
      tellOwner(connection, { type: 'device-offline', deviceId, reason: 'closed' })
    } catch (error) {
      log.warn({ error, deviceId }, 'the lease of a device could not be released')
    }
  }

  function forget(connection: Connection) {
    if (connection.closed) return
    connection.closed = true
    connection.pin.stop()
    const { deviceId } = connection.device
    if (connections.get(deviceId) === connection) connections.delete(deviceId)
    track(release(connection))
    track(connection.session.settled())
    for (const errand of [connection.commands, connection.ringing]) if (errand) track(errand.idle())
  }

  /** Most devices have nothing to do most of the time: what gives them their commands is there only as long as it does. */
  function runCommands(connection: Connection) {
    const {
      sessionId,
      device: { deviceId },
    } = connection
    connection.commands ??= createCommandRunner({
      deviceId,
      sessionId,
      session: connection.session,
      store: commands,
      ...about(deviceId),
      onIdle: () => (connection.commands = undefined),
    })
    connection.commands.run()
  }

  function ring(connection: Connection) {
    if (connection.closed) return
    const {
      sessionId,
      device: { deviceId },
    } = connection
    connection.ringing ??= createAlarmRunner({
      deviceId,
      sessionId,
      session: connection.session,
      store: alarmStore,
      ...about(deviceId),
      onIdle: () => (connection.ringing = undefined),
    })
    connection.ringing.run()
  }

  function onReady(connection: Connection) {
    runCommands(connection)
    const cancel = clock.after(firstWordsMs, () => {
      greeting.delete(cancel)
      ring(connection)
    })
    greeting.add(cancel)
  }

  const about = (deviceId: string) => ({
    tell: (userId: string, update: AppUpdate) => bus.publish(app.update, update, { tokens: { userId } }),
    now: () => new Date(),
    onFailure: (error: unknown, what: string) => log.warn({ error, deviceId }, what),
  })

  async function onStatus(connection: Connection, status: DeviceStatus) {
    const { deviceId } = connection.device
    try {
      await noteStatus(deviceId, status)
      tellOwner(connection, { type: 'device-status', deviceId, status })
    } catch (error) {
      log.warn({ error, deviceId }, 'how a device is, is not noted')
    }
  }

  /**
   * Whose the devices are by now, and whether their credentials still count: what was told of it while nobody listened, at
   * the very start of a connection or during an outage of the bus, is caught up with.
   */
  async function lookAgain(some: Connection[]) {
    const known = new Map(
      (await devices.findAll(some.map(({ device }) => device.deviceId))).map((row) => [row.deviceId, row]),
    )
    for (const { device: came, session } of some) {
      const now = known.get(came.deviceId)
      if (!now || came.credentialEpoch === undefined) continue
      if (now.credentialEpoch !== came.credentialEpoch) session.close('removed')
      else session.change(now)
    }
  }

  async function refresh() {
    const held = [...connections.values()].flatMap(({ device: { deviceId }, session, tenure }) =>
      tenure.epoch === undefined ? [] : [{ deviceId, epoch: tenure.epoch, session }],
    )
    try {
      const lost = new Set(await leases.refresh(held))
      // Not whoever has the device now: that may be a newer connection to this very instance.
      for (const { deviceId, session } of held) if (lost.has(deviceId)) session.close('replaced')
      await lookAgain([...connections.values()])
    } catch (error) {
      log.warn({ error }, 'the leases could not be refreshed')
    }
  }

  async function touch() {
    const present = [...connections.keys()]
    if (present.length === 0) return
    await devices.touch(present).catch((error: unknown) => log.warn({ error }, 'last seen is not noted'))
  }

  function keepWarm() {
    for (const { session } of connections.values()) session.keepWarm()
  }

  const watch = createAlarmWatch({
    store: alarmStore,
    ring: (deviceId) => {
      const connection = connections.get(deviceId)
      if (connection) ring(connection)
    },
    now: () => new Date(),
    onFailure: (error) => log.warn({ error }, 'what is due is not known'),
  })
  const watching = repeat({ everyMs: lookForDueEveryMs, work: watch, what: 'what is due is not known', log })
  const timers = [
    setInterval(() => void refresh(), refreshEveryMs),
    setInterval(() => void touch(), touchEveryMs),
    setInterval(keepWarm, keepWarmEveryMs),
  ]

  return {
    get size() {
      return connections.size
    },
    connect: (connecting, link) => {
      const { deviceId } = connecting
      connections.get(deviceId)?.session.close('replaced')
      const onClose = (code: number, reason: string) => {
        link.close(code, reason)
        forget(connection)
      }
      const session = openSession(connecting, newSession, {
        link: { ...link, close: onClose },
        onReady: () => onReady(connection),
        onStatus: (status) => track(onStatus(connection, status)),
      })
      const tenure = createTenure()
      const pin = serveDevice(bus, deviceId, session, tenure, { alarms, onCommands: () => runCommands(connection) })
      const { sessionId } = link
      const errands = { commands: undefined, ringing: undefined }
      const connection: Connection = { device: connecting, sessionId, session, tenure, pin, ...errands, closed: false }
      connections.set(deviceId, connection)
      track(claim(connection))
      return session
    },
    drain: async (withinMs) => {
      const sessions = () => [...connections.values()].map(({ session }) => session)
      await drainSessions(sessions, { clock, withinMs, random: Math.random })
      await Promise.all(pending)
    },
    [Symbol.asyncDispose]: async () => {
      for (const timer of timers) clearInterval(timer)
      for (const cancel of greeting) cancel()
      await watching[Symbol.asyncDispose]()
      await Promise.all(pending)
    },
  }
}
