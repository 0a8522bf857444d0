import type { CodeRequest, Login } from '@parley/contracts'
import { codeLifeS, type CodePurpose, type Codes } from './codes.ts'
import { retryAfterS, type Dispatch } from './dispatch.ts'
import type { Entrance } from './entrance.ts'
import { newcomer, type NewcomerStore } from './newcomers.ts'
import type { Note, Random } from './ports.ts'
import type { Wish } from './sessions.ts'

export type PhoneLoginPorts = {
  store: NewcomerStore
  codes: Codes
  dispatch: Dispatch
  entrance: Pick<Entrance, 'enter'>
  /** Told when a code was used, to compare with those that were sent. */
  onVerified: () => void
  note: Note
  random: Pick<Random, 'newId' | 'bytes'>
  now: () => Date
}

export type CodeSent = { expiresInS: number; retryAfterS: number }

export type PhoneLogin = {
  /** Sends a code to a number; the same for every number that may be sent to. */
  send: (phone: string, request: CodeRequest) => Promise<CodeSent>
  /** Sends a code by which a number becomes somebody's. */
  sendToVerify: (userId: string, phone: string, request: CodeRequest) => Promise<CodeSent>
  /** Whoever comes for the first time gets an account. @throws Problem `unauthorized` for a wrong code */
  login: (phone: string, code: string, wish: Wish) => Promise<Login>
}

/** Logging in by codes that are sent to phones. */
export function createPhoneLogin(ports: PhoneLoginPorts): PhoneLogin {
  const { store, codes, dispatch, entrance, onVerified, note, random, now } = ports

  async function send(phone: string, purpose: CodePurpose, who: string, request: CodeRequest): Promise<CodeSent> {
    const to = { kind: 'phone', value: phone } as const
    const { client, captcha, idempotencyKey } = request
    const asking = { address: client.address ?? '', captcha, idempotencyKey, purpose }
    const admission = await dispatch.admit(to, asking)
    if (!admission.again) {
      const code = await codes.issue(purpose, who)
      await dispatch.send(to, { kind: 'code', code, goodForS: codeLifeS }, admission)
    }
    return { expiresInS: codeLifeS, retryAfterS }
  }

  return {
    send: (phone, request) => send(phone, 'login', phone, request),
    sendToVerify: (userId, phone, request) => send(phone, 'phone', `${userId}:${phone}`, request),

    login: async (phone, code, wish) => {
      await codes.check('login', phone, code)
      onVerified()
      const { userId, isNew } = await store.comeByPhone(newcomer(random, now()), phone, now())
      if (isNew) await note({ action: 'account.opened', userId })
      return entrance.enter({ userId, method: 'sms' }, wish)
    },
  }
}
