import { Problem, type AppUpdate, type CommandState, type DeviceCommand, type StoredCommand } from '@parley/contracts'

/** Commands for devices, where every instance sees them. */
export type CommandStore = {
  /** Undefined when `most` wait for the device already, or when the device is not known. */
  add: (command: NewCommand, most: number) => Promise<StoredCommand | undefined>
  /** Gives the oldest one that waits to this connection, and to no other. */
  takeNext: (deviceId: string, sessionId: string, at: Date) => Promise<StoredCommand | undefined>
  /** Takes back what was given to this connection but not told to the device. */
  putBack: (commandId: string, sessionId: string) => Promise<void>
  /** Notes how it ended; undefined when it is not this connection's any more. */
  finish: (commandId: string, sessionId: string, outcome: Outcome, at: Date) => Promise<OwnedCommand | undefined>
  /** Ends what was given to earlier connections of the device and never answered. */
  giveUp: (deviceId: string, sessionId: string, at: Date) => Promise<OwnedCommand[]>
  /** Ends what waited too long, and forgets what ended before `before`. */
  expire: (at: Date, before: Date) => Promise<OwnedCommand[]>
  /** The newest first. */
  list: (deviceId: string, limit: number) => Promise<StoredCommand[]>
}

export type NewCommand = {
  commandId: string
  deviceId: string
  userId: string
  command: DeviceCommand
  at: Date
  expiresAt: Date
}
export type Outcome = { state: Extract<CommandState, 'done' | 'failed' | 'unanswered'>; result?: string | undefined }
/** With whoever asked for it. */
export type OwnedCommand = StoredCommand & { userId: string }

export type CommandPorts = {
  store: CommandStore
  /** Whether the device is this person's. */
  owns: (userId: string, deviceId: string) => Promise<boolean>
  /** Tells whoever holds the device's connection that something waits. */
  announce: (deviceId: string) => void
  tell: (userId: string, update: AppUpdate) => void
  newId: () => string
  now: () => Date
}

export type Commands = {
  /** @throws Problem `not-found` for a device that is not the person's, `overloaded` when too many wait */
  send: (userId: string, given: Given) => Promise<StoredCommand>
  /** For any device. @throws Problem `not-found`, `overloaded` */
  operate: (userId: string, given: Given) => Promise<StoredCommand>
  list: (userId: string, deviceId: string, limit: number) => Promise<{ commands: StoredCommand[] }>
  expire: () => Promise<void>
}

type Given = { deviceId: string; command: DeviceCommand; ttlS: number }

/** Waiting for one device. */
const mostWaiting = 100
/** For how long it can be read what became of a command. */
const keptMs = 30 * 86_400_000

/** Commands that wait for their device, however long it is away. */
export function createCommands({ store, owns, announce, tell, newId, now }: CommandPorts): Commands {
  async function keep(userId: string, { deviceId, command, ttlS }: Given): Promise<StoredCommand> {
    const at = now()
    const expiresAt = new Date(at.getTime() + ttlS * 1_000)
    const stored = await store.add({ commandId: newId(), deviceId, userId, command, at, expiresAt }, mostWaiting)
    if (!stored) throw new Problem('overloaded', `${mostWaiting} commands wait for this device already`)
    announce(deviceId)
    return stored
  }

  async function checkOwner(userId: string, deviceId: string) {
    if (!(await owns(userId, deviceId))) throw new Problem('not-found', 'You have no such device')
  }

  return {
    send: async (userId, given) => {
      await checkOwner(userId, given.deviceId)
      return keep(userId, given)
    },
    operate: keep,
    list: async (userId, deviceId, limit) => {
      await checkOwner(userId, deviceId)
      return { commands: await store.list(deviceId, limit) }
    },
    expire: async () => {
      const at = now()
      for (const command of await store.expire(at, new Date(at.getTime() - keptMs))) tell(...toUpdate(command))
    },
  }
}

/** What the apps of whoever asked for it are told. */
export function toUpdate({ userId, deviceId, commandId, state, result }: OwnedCommand): [string, AppUpdate] {
  return [userId, { type: 'device-command', deviceId, commandId, state, ...(result !== undefined && { result }) }]
}
