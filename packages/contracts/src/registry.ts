import { app } from './app.ts'
import { audio } from './audio.ts'
import { audit } from './audit.ts'
import { authAccount } from './auth-account.ts'
import { authCodes } from './auth-codes.ts'
import { authContacts } from './auth-contacts.ts'
import { authIdentities } from './auth-identities.ts'
import { authMfa } from './auth-mfa.ts'
import { authPasswords } from './auth-passwords.ts'
import { authAdmin } from './auth-admin.ts'
import { authKeys } from './auth-keys.ts'
import { authSessions } from './auth-sessions.ts'
import { auth } from './auth.ts'
import { billing } from './billing.ts'
import { chat } from './chat.ts'
import type { Contract } from './contract.ts'
import { deviceAlarms } from './device-alarms.ts'
import { deviceCommands } from './device-commands.ts'
import { deviceFirmware } from './device-firmware.ts'
import { device } from './device.ts'
import { health } from './health.ts'
import { memory } from './memory.ts'
import { mcp } from './mcp.ts'
import { pictures } from './pictures.ts'
import { recordings } from './recordings.ts'
import { rtc } from './rtc.ts'
import { speech } from './speech.ts'
import { voiceprints } from './voiceprints.ts'

/** Every subject of the platform by owner: the source of `docs/protocols/bus.md`. */
export const registry: Record<string, Record<string, Contract>> = {
  app,
  audio: { ...audio, ...speech, ...recordings, ...voiceprints },
  audit,
  auth: {
    ...auth,
    ...authAccount,
    ...authPasswords,
    ...authContacts,
    ...authCodes,
    ...authIdentities,
    ...authMfa,
    ...authSessions,
    ...authKeys,
    ...authAdmin,
  },
  billing,
  chat: { ...chat, ...memory, ...pictures },
  device: { ...device, ...deviceAlarms, ...deviceCommands, ...deviceFirmware },
  health,
  mcp,
  rtc,
}
