import type { Bus } from '@parley/bus'
import {
  authCodes,
  authContacts,
  authIdentities,
  authMfa,
  authPasswords,
  type Client,
  type Login,
} from '@parley/contracts'
import type { Note } from '../domain/ports.ts'
import type { Wish } from '../domain/sessions.ts'
import type { WaysIn } from '../ways-in.ts'
import { createAudited } from './audited.ts'
import { hashing } from './auth.ts'

const who = ({ person }: Login) => person.userId
const wishOf = ({ client, tokenKind }: Wish): Wish => ({ client, tokenKind })
const addressOf = ({ address = '' }: Client) => address

/** Serves what concerns getting in beside names and tokens: passwords, codes, contacts, providers, second factors. */
export function serveWaysIn(bus: Bus, waysIn: WaysIn, note: Note): void {
  servePasswords(bus, waysIn, note)
  servePhones(bus, waysIn, note)
  serveProviders(bus, waysIn, note)
  serveFactors(bus, waysIn, note)
}

function servePasswords(bus: Bus, { passwordReset, contacts, factors }: WaysIn, note: Note): void {
  const audited = createAudited(note)
  bus.handle(
    authPasswords.changePassword,
    async ({ current, password }, { identity }) => {
      // Without a password to show, there is the second factor, for those who have one.
      if (current === undefined) await factors.demandRecent(identity)
      await passwordReset.change(identity, current, password)
      return {}
    },
    hashing,
  )
  bus.handle(
    authPasswords.forgotPassword,
    audited('password.forgot', async ({ to, client }) => {
      const contact =
        'email' in to ? ({ kind: 'email', value: to.email } as const) : ({ kind: 'phone', value: to.phone } as const)
      await passwordReset.forgot(contact, addressOf(client))
      return {}
    }),
  )
  bus.handle(
    authPasswords.resetPassword,
    async ({ proof, password }) => {
      await passwordReset.reset(proof, password)
      return {}
    },
    hashing,
  )
  bus.handle(authContacts.setEmail, async ({ email, client }, { identity }) => {
    await contacts.setEmail(identity.userId, email, addressOf(client))
    return {}
  })
  bus.handle(authContacts.verifyEmail, async ({ token }) => {
    await contacts.verifyEmail(token)
    return {}
  })
}

function servePhones(bus: Bus, { phoneLogin, contacts }: WaysIn, note: Note): void {
  const audited = createAudited(note)
  bus.handle(
    authCodes.sendLoginCode,
    audited('login.code-sent', ({ phone, ...request }) => phoneLogin.send(phone, request)),
  )
  bus.handle(
    authCodes.loginByCode,
    audited('login.code', ({ phone, code, ...wish }) => phoneLogin.login(phone, code, wish), who),
  )
  bus.handle(authContacts.sendPhoneCode, ({ phone, ...request }, { identity }) =>
    phoneLogin.sendToVerify(identity.userId, phone, request),
  )
  bus.handle(authContacts.setPhone, async ({ phone, code }, { identity }) => {
    await contacts.setPhone(identity.userId, phone, code)
    return {}
  })
}

function serveProviders(bus: Bus, { identities }: WaysIn, note: Note): void {
  const audited = createAudited(note)
  bus.handle(authIdentities.listProviders, () => ({ providers: identities.names().map((provider) => ({ provider })) }))
  bus.handle(authIdentities.beginProviderLogin, (given) => identities.begin(given))
  bus.handle(
    authIdentities.loginByProvider,
    audited('login.provider', (given) => identities.login(given, wishOf(given)), who),
  )
  bus.handle(authIdentities.beginLink, (given, { identity }) => identities.begin(given, identity.userId))
  bus.handle(authIdentities.link, async (given, { identity }) => {
    await identities.link(identity, given)
    return {}
  })
  bus.handle(authIdentities.unlink, async ({ provider }, { identity }) => {
    await identities.unlink(identity.userId, provider)
    return {}
  })
  bus.handle(authIdentities.listLinks, async (_input, { identity }) => {
    const links = await identities.list(identity.userId)
    return { links: links.map(({ provider, linkedAt }) => ({ provider, linkedAt: linkedAt.toISOString() })) }
  })
}

function serveFactors(bus: Bus, { factors, factorCodes, entrance }: WaysIn, note: Note): void {
  const audited = createAudited(note)
  bus.handle(authMfa.listFactors, async (_input, { identity }) => {
    const { factors: found, recoveryCodesLeft } = await factors.list(identity.userId)
    return { factors: found.map(({ method, since }) => ({ method, since: since.toISOString() })), recoveryCodesLeft }
  })
  bus.handle(authMfa.beginTotp, (_input, { identity }) => factors.beginTotp(identity))
  bus.handle(authMfa.confirmTotp, ({ code }, { identity }) => factors.confirmTotp(identity, code))
  bus.handle(authMfa.beginSentFactor, async ({ method, client }, { identity }) => {
    await factors.demandRecent(identity)
    return factorCodes.sendTo(identity.userId, method, client)
  })
  bus.handle(authMfa.confirmSentFactor, ({ method, code }, { identity }) => factors.confirmSent(identity, method, code))
  bus.handle(authMfa.removeFactor, async ({ method }, { identity }) => {
    await factors.remove(identity, method)
    return {}
  })
  bus.handle(authMfa.renewRecoveryCodes, (_input, { identity }) => factors.renewRecoveryCodes(identity))
  bus.handle(authMfa.sendChallengeCode, ({ challenge, method, client }) =>
    factorCodes.sendForChallenge(challenge, method, client),
  )
  bus.handle(
    authMfa.answerChallenge,
    audited('login.second-factor', (given) => entrance.answer(given, wishOf(given)), who),
  )
  bus.handle(authMfa.sendStepUpCode, ({ method, client }, { identity }) =>
    factorCodes.sendTo(identity.userId, method, client),
  )
  bus.handle(authMfa.stepUp, async ({ method, code }, { identity }) => {
    const until = await factors.stepUp(identity, method, code)
    return { recentUntil: until.toISOString() }
  })
  bus.handle(authMfa.readStepUp, (_input, { identity }) => factors.readStepUp(identity))
  bus.handle(authMfa.resetFactors, async ({ userId }) => {
    await factors.reset(userId)
    return {}
  })
}
