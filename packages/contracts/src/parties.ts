import { app } from './app.ts'
import { audio } from './audio.ts'
import { audit } from './audit.ts'
import { authAccount } from './auth-account.ts'
import { authAdmin } from './auth-admin.ts'
import { authCodes } from './auth-codes.ts'
import { authContacts } from './auth-contacts.ts'
import { authIdentities } from './auth-identities.ts'
import { authKeys } from './auth-keys.ts'
import { authMfa } from './auth-mfa.ts'
import { authPasswords } from './auth-passwords.ts'
import { authSessions } from './auth-sessions.ts'
import { auth } from './auth.ts'
import { billing } from './billing.ts'
import { chat } from './chat.ts'
import type { Contract, RequestContract, StreamContract } from './contract.ts'
import { deviceAlarms } from './device-alarms.ts'
import { deviceCommands } from './device-commands.ts'
import { deviceFirmware } from './device-firmware.ts'
import { device } from './device.ts'
import { health, serviceNames } from './health.ts'
import { memory } from './memory.ts'
import { mcp } from './mcp.ts'
import { pictures } from './pictures.ts'
import { recordings } from './recordings.ts'
import { registry } from './registry.ts'
import { rtc } from './rtc.ts'
import { speech } from './speech.ts'
import { voiceprints } from './voiceprints.ts'

export type ServiceName = (typeof serviceNames)[number]

type Question = RequestContract | StreamContract

/** What a service does on the bus; whatever is not here, NATS refuses where it knows the services apart. */
export type Party = {
  /** Questions that it answers. */
  answers: Question[]
  /** Those among them, and events, that it serves for one owner of the subject's tokens at a time, by a wildcard at the end. */
  pins?: Contract[]
  asks: Question[]
  /** Events and media that it sends, and that it listens to. */
  tells: Contract[]
  hears: Contract[]
}

const questionsOf = (...groups: Record<string, Contract>[]): Question[] =>
  groups
    .flatMap((group) => Object.values(group))
    .filter((contract) => contract.kind === 'request' || contract.kind === 'stream')

/** The questions that people may ask: the gateway asks them for them. */
const forPeople = questionsOf(...Object.values(registry)).filter(({ access }) => access !== 'platform')
const waysIn = questionsOf(authPasswords, authContacts, authCodes, authIdentities, authMfa)
const everythingOfAuth = [...questionsOf(auth, authAccount, authSessions, authKeys, authAdmin), ...waysIn]
/** What whoever meters asks. */
const metering = [billing.reserve, billing.extend, billing.settle, billing.void]
/** What everybody may write down. */
const ofEverybody = [audit.note]

const declared: Record<ServiceName, Party> = {
  gateway: {
    answers: questionsOf(app),
    pins: questionsOf(app),
    asks: [...new Set([app.replay, ...forPeople, ...everythingOfAuth, ...questionsOf(rtc)])],
    tells: [app.update, audio.up],
    hears: [auth.sessionRevoked, authAccount.erasing, app.update],
  },
  auth: {
    answers: [...everythingOfAuth, ...questionsOf(audit)],
    asks: [device.authenticate],
    tells: [auth.sessionRevoked, authAccount.erasing, app.update],
    hears: [],
  },
  'device-hub': {
    answers: questionsOf(device, deviceAlarms, deviceCommands, deviceFirmware),
    pins: [
      device.call,
      device.say,
      device.tools,
      device.look,
      device.kick,
      device.changed,
      deviceAlarms.setAlarmHere,
      deviceAlarms.listAlarmsHere,
      deviceAlarms.cancelAlarmHere,
      deviceCommands.commandsWait,
    ],
    asks: [
      chat.reply,
      chat.recordHeard,
      chat.readAgent,
      chat.readManner,
      chat.look,
      chat.adoptDevice,
      audio.listen,
      audio.speak,
      auth.verify,
      device.call,
      device.tools,
      device.look,
      authAccount.noteErased,
    ],
    tells: [
      device.kick,
      device.changed,
      device.online,
      device.offline,
      deviceCommands.commandsWait,
      app.update,
      audio.up,
    ],
    hears: [app.update, auth.sessionRevoked, authAccount.erasing, chat.agentChanged],
  },
  audio: {
    answers: questionsOf(audio, speech, recordings, voiceprints),
    asks: [authAccount.noteErased],
    tells: [],
    hears: [audio.up, authAccount.erasing],
  },
  'chat-llm': {
    answers: questionsOf(chat, memory, mcp, pictures),
    pins: [mcp.call, mcp.dismiss],
    asks: [
      mcp.call,
      mcp.dismiss,
      device.call,
      device.setAgent,
      deviceAlarms.setAlarmHere,
      deviceAlarms.listAlarmsHere,
      deviceAlarms.cancelAlarmHere,
      ...metering,
      authAccount.noteErased,
    ],
    tells: [app.update, chat.turnEnded, chat.agentChanged],
    hears: [authAccount.erasing],
  },
  'rtc-proxy': {
    answers: questionsOf(rtc),
    asks: [
      device.authenticate,
      chat.replyInRoom,
      chat.recordSpoken,
      chat.closeRoom,
      ...metering,
      authAccount.noteErased,
    ],
    tells: [app.update],
    hears: [authAccount.erasing],
  },
  billing: {
    answers: questionsOf(billing),
    asks: [authAccount.noteErased],
    tells: [],
    hears: [authAccount.erasing],
  },
}

/**
 * Who does what on the bus. Beside what it declares, every service tells how it is, for which the gateway asks, and may write
 * into the audit record.
 */
export const parties = Object.fromEntries(
  Object.entries(declared).map(([name, party]) => {
    const asks = [...party.asks, ...ofEverybody, ...(name === 'gateway' ? [health.read] : [])]
    return [name, { ...party, asks }]
  }),
) as Readonly<Record<ServiceName, Party>>

/** Where answers to somebody go: nobody else may listen there. @param name of a service, or of whoever else connects */
export function inboxPrefix(name: string): string {
  return `_INBOX_${name}`
}
