import { toUsernameKey } from './identifiers.ts'
import type { NewUser, Random } from './ports.ts'
import { toBase32 } from './totp.ts'

export type NewcomerStore = {
  /** The account whose number this is, or else this new one. Of two at the same time, one is made. */
  comeByPhone: (user: NewUser, phone: string, at: Date) => Promise<{ userId: string; isNew: boolean }>
}

/** An account for somebody who comes without a name and without a password. */
export function newcomer(random: Pick<Random, 'newId' | 'bytes'>, at: Date): NewUser {
  // 50 random bits: names that are taken by chance do not happen.
  const username = `user_${toBase32(random.bytes(7)).slice(0, 10).toLowerCase()}`
  return {
    id: random.newId(),
    username,
    usernameKey: toUsernameKey(username),
    passwordHash: undefined,
    kind: 'user',
    createdAt: at,
  }
}
