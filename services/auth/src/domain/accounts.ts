import { Problem, type Account, type Login, type Person } from '@parley/contracts'
import type { NewUser, PasswordHasher, Random, UserStore } from './ports.ts'
import type { Sessions, Wish } from './sessions.ts'

export type AccountPorts = {
  users: UserStore
  passwords: PasswordHasher
  random: Random
  now: () => Date
}

export type Credentials = { username: string; password: string }

export type Accounts = {
  /** @throws Problem `conflict` when the name is taken, in whatever case */
  register: (credentials: Credentials) => Promise<{ userId: string }>
  /** @throws Problem `unauthorized`, the same and as late for an unknown name as for a wrong password */
  login: (given: Credentials & Wish) => Promise<Login>
  /** @throws Problem `not-found` when the account is gone */
  me: (userId: string) => Promise<Account>
}

/** Users, and how they prove who they are. */
export async function createAccounts(sessions: Pick<Sessions, 'begin'>, ports: AccountPorts): Promise<Accounts> {
  const { users, passwords, random } = ports
  // Verified for unknown names, so that the time of the answer does not tell which names exist.
  const nobodysHash = await passwords.hash(random.newToken())

  return {
    register: async (credentials) => {
      const user = await newUser(credentials, 'user', ports)
      if (!(await users.add(user))) throw nameTaken()
      return { userId: user.id }
    },

    login: async ({ username, password, ...wish }) => {
      const user = await users.find(toKey(username))
      const right = await passwords.verify(user?.passwordHash ?? nobodysHash, password)
      if (!user || !right) throw new Problem('unauthorized', 'The name or the password is not right')
      return sessions.begin({ userId: user.id, method: 'password' }, wish)
    },

    me: async (userId) => {
      const account = await users.read(userId)
      if (!account) throw new Problem('not-found', 'This account does not exist any more')
      return account
    },
  }
}

/** An account to be stored; hashing its password takes its time. */
export async function newUser(
  { username, password }: Credentials,
  kind: Person['kind'],
  { passwords, random, now }: Pick<AccountPorts, 'passwords' | 'random' | 'now'>,
): Promise<NewUser> {
  const passwordHash = await passwords.hash(password)
  return { id: random.newId(), username, usernameKey: toKey(username), passwordHash, kind, createdAt: now() }
}

export function nameTaken(): Problem {
  return new Problem('conflict', 'This name is taken')
}

function toKey(username: string): string {
  return username.toLowerCase()
}
