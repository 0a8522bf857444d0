import { Problem } from '@parley/contracts'
import { nameTaken, newUser, type AccountPorts, type Credentials } from './accounts.ts'
import type { Passwords } from './passwords.ts'
import type { SetupTokenStore } from './ports.ts'

export type SetupPorts = Pick<AccountPorts, 'users' | 'random' | 'now'> & {
  passwords: Pick<Passwords, 'make'>
  tokens: SetupTokenStore
}

export type Setup = {
  /** The one-time link for making the first administrator; undefined when there is one. */
  openLink: () => Promise<string | undefined>
  /**
   * Makes the first administrator. A name that is taken does not use the link up.
   * @throws Problem `unauthorized` for a link that is unknown, used or too old; `conflict` when there is an administrator;
   * `bad-request` for a weak password
   */
  setUp: (given: Credentials & { token: string }) => Promise<{ userId: string }>
}

export const linkLifeS = 86_400

/**
 * How an installation gets its first administrator: by a link that only whoever sees the logs can know, never by a
 * password that everybody knows.
 * @param publicUrl where the people's edge is reached
 */
export function createSetup(ports: SetupPorts, { publicUrl }: { publicUrl: string }): Setup {
  const { users, tokens, random } = ports
  return {
    openLink: async () => {
      if (await users.hasAdministrator()) return undefined
      const token = random.newToken()
      await tokens.save(token, linkLifeS)
      return new URL(`/setup#${token}`, publicUrl).href
    },

    setUp: async ({ token, ...credentials }) => {
      if (!(await tokens.has(token))) throw new Problem('unauthorized', 'This link is not valid any more')
      const user = await newUser(credentials, 'admin', ports)
      const outcome = await users.addFirstAdministrator(user)
      if (outcome === 'name-taken') throw nameTaken()
      await tokens.remove(token)
      if (outcome === 'not-the-first') throw new Problem('conflict', 'There is an administrator already')
      return { userId: user.id }
    },
  }
}
