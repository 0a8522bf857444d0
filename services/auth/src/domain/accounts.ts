import { Problem, type Account, type Login, type Person } from '@parley/contracts'
import type { Contacts, ContactStore } from './contacts.ts'
import type { Entrance } from './entrance.ts'
import { readIdentifier, toUsernameKey } from './identifiers.ts'
import type { Passwords } from './passwords.ts'
import type { KnownUser, Later, NewUser, Quota, Quotas, Random, UserStore } from './ports.ts'
import type { Wish } from './sessions.ts'

export type AccountPorts = {
  users: UserStore
  passwords: Passwords
  contacts: Pick<ContactStore, 'findUser' | 'claim'>
  entrance: Pick<Entrance, 'enter'>
  quotas: Quotas
  later: Later
  random: Random
  now: () => Date
}

export type Credentials = { username: string; password: string }
export type NewAccount = Credentials & {
  email?: string | undefined
  phone?: string | undefined
  client?: Wish['client']
}

export type Accounts = {
  /** @throws Problem `conflict` when the name is taken, in whatever case; `bad-request` for a weak password */
  register: (account: NewAccount) => Promise<{ userId: string }>
  /**
   * By name, e-mail address or phone number.
   * @throws Problem `unauthorized`, the same and as late for somebody unknown as for a wrong password; `rate-limited` after a
   * hundred wrong ones in an hour; `second-factor-required`
   */
  login: (given: Credentials & Wish) => Promise<Login>
  /** @throws Problem `not-found` when the account is gone */
  me: (userId: string) => Promise<Account>
}

/** Wrong passwords for one name, whoever tries them. */
const guesses: Quota = { points: 100, seconds: 3_600 }

/**
 * Users, and how they prove by a password who they are.
 * @param sendLink sends somebody who has just registered a link to their address
 */
export function createAccounts(ports: AccountPorts, { sendLink }: { sendLink: Contacts['setEmail'] }): Accounts {
  const { users, passwords, contacts, entrance, quotas, later } = ports

  async function find(text: string): Promise<KnownUser | undefined> {
    const identifier = readIdentifier(text)
    if (identifier.kind === 'username') return users.find(identifier.value)
    const userId = await contacts.findUser(identifier)
    return userId === undefined ? undefined : users.byId(userId)
  }

  return {
    register: async (account) => {
      const user = await newUser(account, 'user', ports)
      if (!(await users.add(user))) throw nameTaken()
      const { email, phone, client } = account
      if (phone !== undefined) await contacts.claim(user.id, { kind: 'phone', value: phone })
      if (email === undefined) return { userId: user.id }
      await contacts.claim(user.id, { kind: 'email', value: email })
      // The account is there, whatever becomes of the link: it can be asked for again.
      later(() => sendLink(user.id, email, client?.address ?? ''))
      return { userId: user.id }
    },

    login: async ({ username, password, ...wish }) => {
      const who = toGuessed(username)
      if ((await quotas.count('password', who, guesses.seconds)) >= guesses.points)
        throw new Problem('rate-limited', 'Too many wrong passwords; try again later')
      const user = await find(username)
      if (!(await passwords.verify(user?.passwordHash, password)) || !user?.passwordHash) {
        await quotas.take('password', who, [guesses])
        throw new Problem('unauthorized', 'The name or the password is not right')
      }
      await passwords.renew(user.id, user.passwordHash, password)
      return entrance.enter({ userId: user.id, method: 'password' }, wish)
    },

    me: async (userId) => {
      const account = await users.read(userId)
      if (!account) throw new Problem('not-found', 'This account does not exist any more')
      return account
    },
  }
}

/** An account to be stored; hashing its password takes its time. @throws Problem `bad-request` for a weak one */
export async function newUser(
  { username, password, email = '', phone = '' }: NewAccount,
  kind: Person['kind'],
  { passwords, random, now }: Pick<AccountPorts, 'random' | 'now'> & { passwords: Pick<Passwords, 'make'> },
): Promise<NewUser> {
  const passwordHash = await passwords.make(password, [username, email, phone])
  return { id: random.newId(), username, usernameKey: toUsernameKey(username), passwordHash, kind, createdAt: now() }
}

export function nameTaken(): Problem {
  return new Problem('conflict', 'This name is taken')
}

/** Guesses are counted by what was typed in, whether somebody is called so or not. */
function toGuessed(text: string): string {
  const { kind, value } = readIdentifier(text)
  return `${kind}:${value}`
}
