import { Problem, type DeviceTool, type ToolResult } from '@parley/contracts'

/** A code in force, and for how long it still is. */
export type PairingCode = { code: string; leftS: number }

/** Codes and tries, where every instance sees them. */
export type PairingCodeStore = {
  /**
   * The device's code when it lives for `leastS` yet; else this one is it from now on. Undefined when another device has it. One
   * with `from` is another one: with it the device goes from its owner to somebody else.
   */
  keepOrAssign: (
    deviceId: string,
    code: string,
    life: { ttlS: number; leastS: number; from?: string | undefined },
  ) => Promise<PairingCode | undefined>
  deviceOf: (code: string) => Promise<Redeemed | undefined>
  remove: (deviceId: string) => Promise<void>
  /** Counts one try of a user; how many it makes in this window. */
  countTry: (userId: string, windowS: number) => Promise<number>
  /** Takes one try back. */
  forgetTry: (userId: string) => Promise<void>
}

/** What a code stands for: a device, and whose it was until now. */
export type Redeemed = { deviceId: string; from: string | undefined }

export type PairingCodes = {
  /** The six digits of a device that nobody owns: the same until they are used or nearly too old. */
  issue: (deviceId: string) => Promise<PairingCode>
  /** Six digits with which a device goes from its owner to somebody else. */
  issueTransfer: (deviceId: string, from: string) => Promise<PairingCode>
  /** What this code is for. @throws Problem `rate-limited` after too many tries, counted before looking; `not-found` */
  redeem: (code: string, userId: string) => Promise<Redeemed>
  /** The code was used by this user: it counts no more, and the try that it was does not either. */
  forget: (deviceId: string, userId: string) => Promise<void>
}

const codeLifeS = 15 * 60
/** Somebody has to hear it, find the app and type it. */
const leastLifeS = 2 * 60
const mostTries = 5
const triesWindowS = 10 * 60
/** With every tenth code taken, ten draws in a row all fail once in ten thousand million times. */
const mostDraws = 10

/** @param random a whole number from 0 to below its argument, that nobody can guess */
export function createPairingCodes(store: PairingCodeStore, random: (below: number) => number): PairingCodes {
  async function issue(deviceId: string, from?: string): Promise<PairingCode> {
    for (let draw = 0; draw < mostDraws; draw++) {
      const drawn = String(random(1_000_000)).padStart(6, '0')
      const code = await store.keepOrAssign(deviceId, drawn, { ttlS: codeLifeS, leastS: leastLifeS, from })
      if (code) return code
    }
    throw new Problem('overloaded', 'Too many devices wait to be paired; try again later')
  }

  return {
    issue: (deviceId) => issue(deviceId),
    issueTransfer: issue,

    redeem: async (code, userId) => {
      if ((await store.countTry(userId, triesWindowS)) > mostTries) {
        const detail = `Too many codes were tried; try again in ${triesWindowS / 60} minutes`
        throw new Problem('rate-limited', detail, { retryAfterS: triesWindowS })
      }
      const redeemed = await store.deviceOf(code)
      if (!redeemed) throw new Problem('not-found', 'No device shows this code')
      return redeemed
    },

    forget: async (deviceId, userId) => {
      await store.remove(deviceId)
      await store.forgetTry(userId)
    },
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
export function toPairingResult({ code, leftS }: PairingCode): ToolResult {
  return { text: JSON.stringify({ pairing_code: code, valid_minutes: Math.floor(leftS / 60) }), failed: false }
}
