import { randomUUID } from 'node:crypto'
import type { Bus, Subscription } from '@parley/bus'
import { app, Problem, type AppUpdate, type ToldUpdate } from '@parley/contracts'

/** Something that a user's apps were told. `sequence` grows with everything that this instance tells anybody. */
type Told = ToldUpdate & { bytes: number }

/** What an app joins with, and how it gets what it hears. */
export type Member = { hear: (offset: string, update: AppUpdate) => void }

export type Joined = {
  leave: () => void
  /** Where the app stands when it has heard nothing more. */
  offset: string
  /** What it missed; undefined when that is not known any more, or nothing was asked for. */
  missed: { offset: string; update: AppUpdate }[] | undefined
  /** From now on it hears what comes, what came since it joined first. */
  begin: () => void
}

export type AppGroups = AsyncDisposable & {
  /** @param after the offset of what it heard last; undefined when the group is full */
  join: (userId: string, member: Member, after: string | undefined) => Promise<Joined | undefined>
}

type Group = {
  members: Set<Listener>
  subscription: Subscription
  /** What was told lately, the oldest first. */
  told: Told[]
  bytes: number
  /** Everything that was told after this is in `told`. */
  since: number
  forgetting: NodeJS.Timeout | undefined
}
/** `waiting` holds what comes until the app has got what it missed. */
type Listener = Member & { waiting: Told[] | undefined }

/** After the last app of a user has gone, it is listened for so long in case one comes back. */
const keptMs = 120_000
const mostTold = 500
/** Users whose apps have all gone; of more, those that went first are forgotten first. */
const mostKept = 5_000
const mostBytes = 256 * 1024

/**
 * The groups of the users whose apps are connected here, or were just now: one subscription for each. What they were told is kept
 * for a while, so that an app that comes back hears what it missed, at whichever instance.
 */
export function createAppGroups(bus: Bus, mostMembers: number): AppGroups {
  const instance = randomUUID().slice(0, 8)
  const groups = new Map<string, Group>()
  /** Those without an app, and how they are forgotten. */
  const gone = new Map<Group, () => void>()
  let sequence = 0
  const offsetOf = (at: number) => `${instance}.${at}`

  function open(userId: string): Group {
    const group: Group = {
      members: new Set(),
      subscription: bus.on(app.update, (update, { id }) => hear(group, { id, update }), { tokens: { userId } }),
      told: [],
      bytes: 0,
      since: sequence,
      forgetting: undefined,
    }
    groups.set(userId, group)
    return group
  }

  function hear(group: Group, { id, update }: { id: string; update: AppUpdate }) {
    const told = { id, update, sequence: ++sequence, bytes: JSON.stringify(update).length }
    keep(group, told)
    for (const { hear: tell, waiting } of group.members) {
      if (waiting) waiting.push(told)
      else tell(offsetOf(told.sequence), update)
    }
  }

  function keep(group: Group, told: Told) {
    group.told.push(told)
    group.bytes += told.bytes
    while (group.told.length > mostTold || group.bytes > mostBytes) {
      const oldest = group.told.shift()
      group.bytes -= oldest?.bytes ?? 0
      group.since = oldest?.sequence ?? group.since
    }
  }

  /** @throws Problem `not-found` when something after that may be missing */
  function readAfter(userId: string, after: number): Told[] {
    const group = groups.get(userId)
    if (!group || after < group.since || after > sequence)
      throw new Problem('not-found', 'What was told since then is not known any more')
    return group.told.filter((told) => told.sequence > after)
  }

  /** What was told after an offset, of this instance or of another one. */
  async function findMissed(userId: string, after: string): Promise<(ToldUpdate & { offset: string })[] | undefined> {
    const [, of = '', at = ''] = /^([0-9a-f]{8})\.(\d{1,15})$/.exec(after) ?? []
    if (of === '') return undefined
    try {
      const read = { userId, after: Number(at) }
      const told =
        of === instance
          ? readAfter(userId, read.after)
          : (await bus.request(app.replay, read, { tokens: { instance: of } })).told
      return told.map((one) => ({ ...one, offset: `${of}.${one.sequence}` }))
    } catch {
      // Its instance has gone, or it was too long ago: the app reads anew.
      return undefined
    }
  }

  function leave(userId: string, group: Group, listener: Listener) {
    if (!group.members.delete(listener) || group.members.size > 0) return
    const forget = () => {
      clearTimeout(group.forgetting)
      gone.delete(group)
      groups.delete(userId)
      group.subscription.stop()
    }
    group.forgetting = setTimeout(forget, keptMs)
    gone.set(group, forget)
    const [first] = gone.values()
    if (gone.size > mostKept) first?.()
  }

  bus.handle(app.replay, ({ userId, after }) => ({ told: readAfter(userId, after) }), { tokens: { instance } })

  return {
    join: async (userId, member, after) => {
      const group = groups.get(userId) ?? open(userId)
      if (group.members.size >= mostMembers) return undefined
      clearTimeout(group.forgetting)
      gone.delete(group)
      const listener: Listener = { ...member, waiting: [] }
      group.members.add(listener)
      const offset = offsetOf(sequence)
      const missed = after === undefined ? undefined : await findMissed(userId, after)
      return {
        leave: () => leave(userId, group, listener),
        offset,
        missed,
        begin: () => {
          const known = new Set(missed?.map(({ id }) => id))
          const { waiting = [] } = listener
          listener.waiting = undefined
          for (const { id, sequence: at, update } of waiting) if (!known.has(id)) listener.hear(offsetOf(at), update)
        },
      }
    },
    [Symbol.asyncDispose]: async () => {
      for (const { forgetting, subscription } of groups.values()) {
        clearTimeout(forgetting)
        subscription.stop()
      }
      groups.clear()
    },
  }
}
