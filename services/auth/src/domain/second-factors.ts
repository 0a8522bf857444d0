import { createHash } from 'node:crypto'
import { Problem, type Person, type SecondFactor } from '@parley/contracts'
import { wrongCode, type Codes } from './codes.ts'
import type { ContactStore } from './contacts.ts'
import type { FieldCipher, FieldPlace } from './field-cipher.ts'
import type { Note, Quota, Quotas, Random, TicketStore, UserStore } from './ports.ts'
import type { Sessions } from './sessions.ts'
import { fromBase32, matchTotp, toBase32, totpUri } from './totp.ts'

/** What is sent, to a number or an address that is verified. */
export type SentMethod = 'sms' | 'email'
type Method = SentMethod | 'totp'

export type Factor = { method: Method; since: Date }

export type FactorStore = {
  /** Those that count. */
  list: (userId: string) => Promise<Factor[]>
  /** A secret that does not count yet, in place of an earlier one that did not either; false when one counts. */
  offerTotp: (userId: string, secret: string) => Promise<boolean>
  readTotp: (userId: string) => Promise<{ secret: string; confirmed: boolean } | undefined>
  /** Uses up a time step; false when it or a later one was used. `confirm` makes the secret count. */
  useStep: (userId: string, step: number, confirm?: Date) => Promise<boolean>
  add: (userId: string, method: SentMethod, at: Date) => Promise<void>
  /** With the last one, the recovery codes go. False when there was none. */
  remove: (userId: string, method: Method) => Promise<boolean>
  removeAll: (userId: string) => Promise<void>
  /** Codes by their digests, in place of all earlier ones. */
  setRecoveryCodes: (userId: string, digests: string[]) => Promise<void>
  useRecoveryCode: (userId: string, digest: string) => Promise<boolean>
  countRecoveryCodes: (userId: string) => Promise<number>
}

export type SecondFactorPorts = {
  store: FactorStore
  contacts: Pick<ContactStore, 'read'>
  users: Pick<UserStore, 'byId'>
  codes: Codes
  quotas: Quotas
  cipher: FieldCipher
  tickets: TicketStore
  sessions: Pick<Sessions, 'endAll'>
  note: Note
  random: Pick<Random, 'bytes'>
  now: () => Date
}

export type SecondFactors = {
  /** How somebody can show a second factor; nothing for those who have none. */
  methodsOf: (userId: string) => Promise<SecondFactor[]>
  list: (userId: string) => Promise<{ factors: Factor[]; recoveryCodesLeft: number }>
  /** @throws Problem `unauthorized` for a wrong code, `rate-limited` after twenty tries in an hour */
  show: (userId: string, method: SecondFactor, code: string) => Promise<void>
  /** Where codes of this method go. @throws Problem `conflict` when there is no verified one */
  contactOf: (userId: string, method: SentMethod) => Promise<string>
  /** Says of a session that it has just shown one. @returns until when that counts */
  markRecent: (sessionId: string) => Promise<Date>
  /** Shows one again, so that the session counts as recent, and says until when. */
  stepUp: (person: Person, method: SecondFactor, code: string) => Promise<Date>
  readStepUp: (person: Person) => Promise<{ recent: boolean; enrolled: boolean }>
  /** @throws Problem `second-factor-required` for somebody who has one and has not shown it lately */
  demandRecent: (person: Person) => Promise<void>
  beginTotp: (person: Person) => Promise<{ secret: string; uri: string }>
  confirmTotp: (person: Person, code: string) => Promise<{ recoveryCodes?: string[] }>
  confirmSent: (person: Person, method: SentMethod, code: string) => Promise<{ recoveryCodes?: string[] }>
  remove: (person: Person, method: Method) => Promise<void>
  renewRecoveryCodes: (person: Person) => Promise<{ recoveryCodes: string[] }>
  /** For somebody who has lost all of theirs. */
  reset: (userId: string) => Promise<void>
}

/** For so long a second factor counts as just shown. */
const recentMs = 900_000
const recent = 'recent-second-factor'
const tries: readonly Quota[] = [{ points: 20, seconds: 3_600 }]
const secretBytes = 20
const recoveryCodes = 10
const recoveryBytes = 10

/**
 * Second factors: an authenticator app, codes to a verified number or address, and codes that were written down.
 * @param settings.issuer what an authenticator app calls this installation
 */
export function createSecondFactors(ports: SecondFactorPorts, { issuer }: { issuer: string }): SecondFactors {
  const { store, contacts, users, codes, quotas, tickets, sessions, note, random, now } = ports

  async function methodsOf(userId: string): Promise<SecondFactor[]> {
    const factors = await store.list(userId)
    if (factors.length === 0) return []
    const left = await store.countRecoveryCodes(userId)
    return [...factors.map(({ method }) => method), ...(left > 0 ? (['recovery'] as const) : [])]
  }

  /** The time step of a code, by the secret that counts or by the one that is offered. */
  async function matchApp(userId: string, code: string, which: 'confirmed' | 'offered'): Promise<number> {
    const kept = await store.readTotp(userId)
    if (kept?.confirmed !== (which === 'confirmed')) throw wrongCode()
    const step = matchTotp(fromBase32(ports.cipher.decrypt(kept.secret, totpPlace(userId))), code, now())
    if (step === undefined) throw wrongCode()
    return step
  }

  async function isRight(userId: string, method: SecondFactor, code: string): Promise<boolean> {
    switch (method) {
      case 'totp':
        return store.useStep(userId, await matchApp(userId, code, 'confirmed'))
      case 'recovery':
        return store.useRecoveryCode(userId, digestOf(userId, code))
      case 'sms':
      case 'email':
        await codes.check('mfa', whoOf(userId, method), code)
        return true
    }
  }

  async function show(userId: string, method: SecondFactor, code: string): Promise<void> {
    await countTry(userId)
    const methods = await methodsOf(userId)
    if (!methods.includes(method) || !(await isRight(userId, method, code))) throw wrongCode()
  }

  async function countTry(userId: string): Promise<void> {
    const waitS = await quotas.take('second-factor', userId, tries)
    if (waitS > 0) throw tooManyTries(waitS)
  }

  async function markRecent(sessionId: string): Promise<Date> {
    const until = new Date(now().getTime() + recentMs)
    await tickets.save(recent, sessionId, true, until)
    return until
  }

  async function readStepUp({ userId, sessionId }: Person): Promise<{ recent: boolean; enrolled: boolean }> {
    const [shown, factors] = await Promise.all([tickets.read(recent, sessionId), store.list(userId)])
    return { recent: shown === true, enrolled: factors.length > 0 }
  }

  async function demandRecent(person: Person): Promise<void> {
    const state = await readStepUp(person)
    if (state.enrolled && !state.recent) throw new Problem('second-factor-required', 'Show your second factor again')
  }

  async function makeRecoveryCodes(userId: string): Promise<string[]> {
    const made = Array.from({ length: recoveryCodes }, () => toBase32(random.bytes(recoveryBytes)))
    await store.setRecoveryCodes(
      userId,
      made.map((code) => digestOf(userId, code)),
    )
    return made.map((code) => code.match(/.{4}/g)?.join('-') ?? code)
  }

  /** With the first one, sessions that were begun without it end. */
  async function added(person: Person, isFirst: boolean, method: Method): Promise<{ recoveryCodes?: string[] }> {
    const { userId, sessionId } = person
    await note({ action: `second-factor.${method}-added`, userId })
    await markRecent(sessionId)
    if (!isFirst) return {}
    await sessions.endAll(userId, 'second-factor-changed', person, sessionId)
    return { recoveryCodes: await makeRecoveryCodes(userId) }
  }

  return {
    methodsOf,
    show,
    demandRecent,
    markRecent,
    readStepUp,

    list: async (userId) => ({
      factors: await store.list(userId),
      recoveryCodesLeft: await store.countRecoveryCodes(userId),
    }),

    contactOf: async (userId, method) => {
      const kind = method === 'sms' ? 'phone' : 'email'
      const found = (await contacts.read(userId)).find((contact) => contact.kind === kind && contact.verifiedAt)
      if (!found) throw new Problem('conflict', `This account has no verified ${kind}`)
      return found.value
    },

    stepUp: async (person, method, code) => {
      await show(person.userId, method, code)
      return markRecent(person.sessionId)
    },

    beginTotp: async (person) => {
      await demandRecent(person)
      const { userId } = person
      const user = await users.byId(userId)
      if (!user) throw new Problem('not-found', 'This account does not exist any more')
      const secret = toBase32(random.bytes(secretBytes))
      if (!(await store.offerTotp(userId, ports.cipher.encrypt(secret, totpPlace(userId)))))
        throw new Problem('conflict', 'There is an authenticator app already: remove it first')
      return { secret, uri: totpUri({ secret, account: user.username, issuer }) }
    },

    confirmTotp: async (person, code) => {
      await demandRecent(person)
      await countTry(person.userId)
      const isFirst = (await store.list(person.userId)).length === 0
      const step = await matchApp(person.userId, code, 'offered')
      if (!(await store.useStep(person.userId, step, now()))) throw wrongCode()
      return added(person, isFirst, 'totp')
    },

    confirmSent: async (person, method, code) => {
      await demandRecent(person)
      await countTry(person.userId)
      const isFirst = (await store.list(person.userId)).length === 0
      await codes.check('mfa', whoOf(person.userId, method), code)
      await store.add(person.userId, method, now())
      return added(person, isFirst, method)
    },

    remove: async (person, method) => {
      await demandRecent(person)
      if (!(await store.remove(person.userId, method))) throw new Problem('not-found', 'You do not have this factor')
      await note({ action: `second-factor.${method}-removed`, userId: person.userId })
    },

    renewRecoveryCodes: async (person) => {
      await demandRecent(person)
      if ((await store.list(person.userId)).length === 0)
        throw new Problem('conflict', 'Recovery codes are for those who have a second factor')
      const made = await makeRecoveryCodes(person.userId)
      await note({ action: 'second-factor.recovery-codes-renewed', userId: person.userId })
      return { recoveryCodes: made }
    },

    reset: async (userId) => {
      if (!(await users.byId(userId))) throw new Problem('not-found', 'There is no such account')
      await store.removeAll(userId)
      await sessions.endAll(userId, 'second-factor-changed')
      await note({ action: 'second-factor.reset', userId })
    },
  }
}

function tooManyTries(retryAfterS: number): Problem {
  return new Problem('rate-limited', `Too many codes were tried; try again in ${retryAfterS} s`, { retryAfterS })
}

/** Whose code it is: of a person, by this way. */
export function whoOf(userId: string, method: SentMethod): string {
  return `${userId}:${method}`
}

/** Where the secret of an authenticator app stands, for its cipher. */
export function totpPlace(userId: string): FieldPlace {
  return { table: 'second_factors', column: 'secret', row: `${userId}:totp` }
}

/** However it was typed in. The codes have 80 random bits: a plain digest keeps them. */
function digestOf(userId: string, code: string): string {
  const letters = code.toUpperCase().replace(/[^A-Z2-7]/g, '')
  return createHash('sha256').update(`${userId}:${letters}`).digest('hex')
}
