import type { Account, ExportItem, ProfileChanges } from '@parley/contracts'
import type { Note } from './ports.ts'

export type ProfileStore = {
  /** Changes what is given. */
  update: (userId: string, changes: ProfileChanges) => Promise<void>
  /** Puts an avatar in place of the one before, which it gives. */
  setAvatar: (userId: string, key: string | null) => Promise<string | undefined>
  findAvatar: (userId: string) => Promise<string | undefined>
  keepFile: (userId: string, key: string, at: Date) => Promise<void>
  /** By their keys, those after `after`. */
  listFiles: (page: { userId: string; after: string | undefined; limit: number }) => Promise<string[]>
  /** What is known of somebody beside their account. */
  export: (userId: string) => AsyncGenerator<ExportItem, void>
}

export type ProfilePorts = {
  store: ProfileStore
  me: (userId: string) => Promise<Account>
  note: Note
  now: () => Date
}

export type Profiles = {
  update: (userId: string, changes: ProfileChanges) => Promise<void>
  setAvatar: (userId: string, key: string | null) => Promise<{ before?: string }>
  keepFile: (userId: string, key: string) => Promise<void>
  listFiles: (page: { userId: string; after?: string | undefined; limit: number }) => Promise<{ keys: string[] }>
  export: (userId: string) => AsyncGenerator<ExportItem, void>
}

/** What people say of themselves, what files they have here, and all of it to take along. */
export function createProfiles({ store, me, note, now }: ProfilePorts): Profiles {
  return {
    update: async (userId, changes) => {
      await store.update(userId, changes)
      await note({ action: 'profile.changed', userId })
    },

    setAvatar: async (userId, key) => {
      const before = await store.setAvatar(userId, key)
      return before === undefined ? {} : { before }
    },

    keepFile: (userId, key) => store.keepFile(userId, key, now()),

    listFiles: async ({ userId, after, limit }) => {
      const keys = await store.listFiles({ userId, after, limit })
      const avatar = after === undefined ? await store.findAvatar(userId) : undefined
      return { keys: avatar === undefined || keys.includes(avatar) ? keys : [avatar, ...keys] }
    },

    export: async function* (userId) {
      yield { kind: 'account', data: await me(userId) }
      for (let after: string | undefined; ;) {
        const keys = await store.listFiles({ userId, after, limit: 500 })
        for (const key of keys) yield { kind: 'file', data: { key } }
        after = keys.at(-1)
        if (after === undefined) break
      }
      yield* store.export(userId)
      await note({ action: 'account.exported', userId })
    },
  }
}
