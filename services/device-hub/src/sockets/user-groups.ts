import type { Bus, Subscription } from '@parley/bus'
import { app, type AppUpdate } from '@parley/contracts'

export type UserGroups = {
  /** Hears what the apps of this user are told, until the result is called; undefined when the group is full. */
  join: (userId: string, hear: (update: AppUpdate) => void) => (() => void) | undefined
}

type Group = { members: Set<(update: AppUpdate) => void>; subscription: Subscription }

/** The groups of the users whose companions are connected here: one subscription for each, however many there are. */
export function createUserGroups(bus: Bus, mostMembers: number): UserGroups {
  const groups = new Map<string, Group>()

  function open(userId: string): Group {
    const members = new Set<(update: AppUpdate) => void>()
    const hear = (update: AppUpdate) => {
      for (const member of members) member(update)
    }
    const group = { members, subscription: bus.on(app.update, hear, { tokens: { userId } }) }
    groups.set(userId, group)
    return group
  }

  return {
    join: (userId, hear) => {
      const group = groups.get(userId) ?? open(userId)
      if (group.members.size >= mostMembers) return undefined
      group.members.add(hear)
      return () => {
        group.members.delete(hear)
        if (group.members.size > 0 || groups.get(userId) !== group) return
        groups.delete(userId)
        group.subscription.stop()
      }
    },
  }
}
