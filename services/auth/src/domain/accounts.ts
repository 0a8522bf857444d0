import { Problem, scopesOf, type Account, type Person } from '@parley/contracts'
import type { NewUser, PasswordHasher, Random, Session, SessionStore, UserStore } from './ports.ts'

export type AccountPorts = {
  users: UserStore
  sessions: SessionStore
  passwords: PasswordHasher
  random: Random
  now: () => Date
}

export type Credentials = { username: string; password: string }
export type Login = { token: string; expiresAt: string; person: Person }

export type Accounts = {
  /** @throws Problem `conflict` when the name is taken, in whatever case */
  register: (credentials: Credentials) => Promise<{ userId: string }>
  /** @throws Problem `unauthorized`, the same and as late for an unknown name as for a wrong password */
  login: (credentials: Credentials) => Promise<Login>
  /** @throws Problem `unauthorized` for a token that is unknown, ended or expired */
  verify: (token: string) => Promise<{ person: Person; expiresAt: string }>
  /** Whose session was ended; undefined when there was none. */
  logout: (token: string) => Promise<Person | undefined>
  /** @throws Problem `not-found` when the account is gone */
  me: (userId: string) => Promise<Account>
  list: (page: { before?: string | undefined; limit: number }) => Promise<{ users: Account[]; before?: string }>
}

/**
 * Users and their sessions.
 * @param settings.sessionTtlS how long a token is good for
 */
export async function createAccounts(ports: AccountPorts, { sessionTtlS }: { sessionTtlS: number }): Promise<Accounts> {
  const { users, sessions, passwords, random, now } = ports
  // Verified for unknown names, so that the time of the answer does not tell which names exist.
  const nobodysHash = await passwords.hash(random.newToken())

  return {
    register: async (credentials) => {
      const user = await newUser(credentials, 'user', ports)
      if (!(await users.add(user))) throw nameTaken()
      return { userId: user.id }
    },

    login: async ({ username, password }) => {
      const user = await users.find(toKey(username))
      const right = await passwords.verify(user?.passwordHash ?? nobodysHash, password)
      if (!user || !right) throw new Problem('unauthorized', 'The name or the password is not right')
      const token = random.newToken()
      const { id: userId, kind } = user
      const person: Person = { userId, kind, sessionId: random.newId(), scopes: scopesOf(kind) }
      const session: Session = { person, expiresAt: new Date(now().getTime() + sessionTtlS * 1_000) }
      await sessions.save(token, session)
      return { token, person, expiresAt: session.expiresAt.toISOString() }
    },

    verify: async (token) => {
      const session = await sessions.find(token)
      if (!session) throw new Problem('unauthorized', 'The token is not valid')
      return { person: session.person, expiresAt: session.expiresAt.toISOString() }
    },

    logout: async (token) => (await sessions.end(token))?.person,

    me: async (userId) => {
      const account = await users.read(userId)
      if (!account) throw new Problem('not-found', 'This account does not exist any more')
      return account
    },

    list: async ({ before, limit }) => {
      const found = await users.list({ before, limit: limit + 1 })
      const page = found.slice(0, limit)
      const last = page.at(-1)
      return { users: page, ...(found.length > limit && last && { before: last.userId }) }
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
