import type { Client } from '@parley/contracts'
import { codeLifeS, type Codes } from './codes.ts'
import type { Dispatch } from './dispatch.ts'
import type { Entrance } from './entrance.ts'
import { whoOf, type SecondFactors, type SentMethod } from './second-factors.ts'

export type FactorCodePorts = {
  codes: Codes
  dispatch: Dispatch
  factors: Pick<SecondFactors, 'contactOf' | 'methodsOf'>
  entrance: Pick<Entrance, 'whose'>
}

export type FactorCodes = {
  /** To the verified number or address of somebody who is logged in. @throws Problem `conflict` when there is none */
  sendTo: (userId: string, method: SentMethod, client: Client) => Promise<{ expiresInS: number }>
  /** To whoever answers a challenge. Nothing is sent by a way that is none of their factors. */
  sendForChallenge: (challenge: string, method: SentMethod, client: Client) => Promise<{ expiresInS: number }>
}

/** Codes by SMS and e-mail as a second factor. */
export function createFactorCodes({ codes, dispatch, factors, entrance }: FactorCodePorts): FactorCodes {
  const sendTo: FactorCodes['sendTo'] = async (userId, method, { address = '' }) => {
    const value = await factors.contactOf(userId, method)
    const to = { kind: method === 'sms' ? 'phone' : 'email', value } as const
    const admission = await dispatch.admit(to, { address, purpose: 'mfa', known: true })
    const code = await codes.issue('mfa', whoOf(userId, method))
    await dispatch.send(to, { kind: 'code', code, goodForS: codeLifeS }, admission)
    return { expiresInS: codeLifeS }
  }

  return {
    sendTo,
    sendForChallenge: async (challenge, method, client) => {
      const userId = await entrance.whose(challenge)
      if (!(await factors.methodsOf(userId)).includes(method)) return { expiresInS: codeLifeS }
      return sendTo(userId, method, client)
    },
  }
}
