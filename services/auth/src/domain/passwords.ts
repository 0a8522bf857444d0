import { Problem } from '@parley/contracts'
import type { OlderHasher, PasswordHasher, Random, UserStore } from './ports.ts'

export type PasswordPorts = {
  hasher: PasswordHasher
  older: OlderHasher
  users: Pick<UserStore, 'anOlderHash' | 'setPassword'>
  /** Whether a password, in lower case, is one of those that everybody tries first. */
  isCommon: (password: string) => boolean
  random: Pick<Random, 'newToken'>
}

export type Passwords = {
  /**
   * Hashes a password that is strong enough.
   * @param names what whoever wants it is called; a password is not made of that
   * @throws Problem `bad-request`
   */
  make: (password: string, names: readonly string[]) => Promise<string>
  /** Takes as long for nobody as for somebody, and whatever made the hash. */
  verify: (stored: string | undefined, password: string) => Promise<boolean>
  /** Makes the hash of an older system anew, now that the password is known. */
  renew: (userId: string, stored: string, password: string) => Promise<void>
}

/** A name that is shorter is in too many words. */
const shortestName = 4
/** What must be left of a password without the name in it. */
const leastBesideName = 4

/** How passwords are made and verified. */
export async function createPasswords({ hasher, older, users, isCommon, random }: PasswordPorts): Promise<Passwords> {
  /** Verified where there is nothing to verify, so that the time of the answer does not tell who exists. */
  const nobodys = await hasher.hash(random.newToken())
  let nobodysOlder = await users.anOlderHash()

  return {
    make: async (password, names) => {
      const weakness = weaknessOf(password, names, isCommon)
      if (weakness) throw new Problem('bad-request', weakness, { issues: [{ path: 'password', message: weakness }] })
      return hasher.hash(password)
    },

    verify: async (stored, password) => {
      const isOlder = stored !== undefined && older.made(stored)
      if (isOlder) nobodysOlder ??= stored
      const byUs = hasher.verify(isOlder || stored === undefined ? nobodys : stored, password)
      const byOlder = nobodysOlder === undefined ? false : older.verify(isOlder ? stored : nobodysOlder, password)
      const [right, rightByOlder] = await Promise.all([byUs, byOlder])
      return stored !== undefined && (isOlder ? rightByOlder : right)
    },

    renew: async (userId, stored, password) => {
      if (older.made(stored)) await users.setPassword(userId, await hasher.hash(password), stored)
    },
  }
}

function weaknessOf(
  password: string,
  names: readonly string[],
  isCommon: PasswordPorts['isCommon'],
): string | undefined {
  const text = password.toLowerCase()
  if (isCommon(text)) return 'this password is known to everybody who guesses'
  const distinct = new Set(text).size
  if (distinct < 3) return 'this password is one or two characters over and over'
  const madeOfName = names
    .flatMap(partsOf)
    .filter((name) => name.length >= shortestName)
    .some((name) => text.includes(name) && text.replaceAll(name, '').length < leastBesideName)
  return madeOfName ? 'this password is made of your name' : undefined
}

/** An address by itself and without its domain, a number with and without its country. */
function partsOf(name: string): string[] {
  const text = name.toLowerCase()
  const [before = text] = text.split('@')
  return [text, before, text.replace(/^\+86/, '')]
}
