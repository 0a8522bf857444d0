import { Problem, type DeviceTool, type ToolResult } from '@parley/contracts'

/** Codes and wrong guesses, where every instance sees them. */
export type PairingCodeStore = {
  /** The device's code, if it has one that still counts. */
  codeOf: (deviceId: string) => Promise<string | undefined>
  /** Gives the device this code; false when another device has it. */
  assign: (code: string, deviceId: string, ttlS: number) => Promise<boolean>
  deviceOf: (code: string) => Promise<string | undefined>
  remove: (deviceId: string) => Promise<void>
  /** Counts one try of a user; how many it makes in this window. */
  countTry: (userId: string, windowS: number) => Promise<number>
  forgetTries: (userId: string) => Promise<void>
}

export type PairingCodes = {
  /** The six digits of a device that nobody owns: the same until they are used or too old. */
  issue: (deviceId: string) => Promise<string>
  /** Whose code this is. @throws Problem `rate-limited` after too many tries, counted before looking; `not-found` */
  redeem: (code: string, userId: string) => Promise<string>
  forget: (deviceId: string) => Promise<void>
}

export const codeLifeS = 15 * 60
const mostTries = 5
const triesWindowS = 10 * 60
/** With every tenth code taken, ten draws in a row all fail once in ten thousand million times. */
const mostDraws = 10

/** @param random a whole number from 0 to below its argument, that nobody can guess */
export function createPairingCodes(store: PairingCodeStore, random: (below: number) => number): PairingCodes {
  return {
    issue: async (deviceId) => {
      const known = await store.codeOf(deviceId)
      if (known !== undefined) return known
      for (let draw = 0; draw < mostDraws; draw++) {
        const code = String(random(1_000_000)).padStart(6, '0')
        if (await store.assign(code, deviceId, codeLifeS)) return code
      }
      throw new Problem('overloaded', 'Too many devices wait to be paired; try again later')
    },

    redeem: async (code, userId) => {
      if ((await store.countTry(userId, triesWindowS)) > mostTries)
        throw new Problem('rate-limited', `Too many codes were tried; try again in ${triesWindowS / 60} minutes`)
      const deviceId = await store.deviceOf(code)
      if (deviceId === undefined) throw new Problem('not-found', 'No device shows this code')
      await store.forgetTries(userId)
      return deviceId
    },

    forget: store.remove,
  }
}

/** A tool of the hub's own, which devices without an owner have beside theirs: so they can be asked for their code. */
export const pairingTool: DeviceTool = {
  name: 'parley.get_pairing_code',
  description:
    'Gives the pairing code of this device: the six digits with which a person makes the device theirs in the app. Say the digits one by one.',
  inputSchema: { type: 'object', properties: {} },
}

/** What the tool answers with this code. */
export function toPairingResult(code: string): ToolResult {
  return { text: JSON.stringify({ pairing_code: code, valid_minutes: codeLifeS / 60 }), failed: false }
}
