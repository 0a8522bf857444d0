import { Problem, type Principal } from '@parley/contracts'
import type { PasswordHasher, Random, SessionStore, UserStore } from './ports.ts'

export type AccountPorts = {
  users: UserStore
  sessions: SessionStore
  passwords: PasswordHasher
  random: Random
  now: () => Date
}

export type Credentials = { username: string; password: string }
export type Login = { token: string; expiresAt: string; principal: Principal }

export type Accounts = {
  /** @throws Problem `conflict` when the name is taken, in whatever case */
  register: (credentials: Credentials) => Promise<{ userId: string }>
  /** @throws Problem `unauthorized`, the same and as late for an unknown name as for a wrong password */
  login: (credentials: Credentials) => Promise<Login>
  /** @throws Problem `unauthorized` for a token that is unknown, ended or expired */
  verify: (token: string) => Promise<Principal>
  /** Whose session was ended; undefined when there was none. */
  logout: (token: string) => Promise<Principal | undefined>
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
    register: async ({ username, password }) => {
      const passwordHash = await passwords.hash(password)
      const user = { id: random.newId(), username, usernameKey: toKey(username), passwordHash, createdAt: now() }
      if (!(await users.add(user))) throw new Problem('conflict', 'This name is taken')
      return { userId: user.id }
    },

    login: async ({ username, password }) => {
      const user = await users.find(toKey(username))
      const right = await passwords.verify(user?.passwordHash ?? nobodysHash, password)
      if (!user || !right) throw new Problem('unauthorized', 'The name or the password is not right')
      const token = random.newToken()
      const principal: Principal = { userId: user.id, kind: 'user', sessionId: random.newId() }
      await sessions.save(token, principal, sessionTtlS)
      return { token, expiresAt: new Date(now().getTime() + sessionTtlS * 1_000).toISOString(), principal }
    },

    verify: async (token) => {
      const principal = await sessions.find(token)
      if (!principal) throw new Problem('unauthorized', 'The token is not valid')
      return principal
    },

    logout: (token) => sessions.end(token),
  }
}

function toKey(username: string): string {
  return username.toLowerCase()
}
