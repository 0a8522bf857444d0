import { z } from 'zod'
import { Client, Login, loginWishes } from './auth-sessions.ts'
import { request } from './contract.ts'
import { SecondFactor } from './second-factor.ts'

const Token = z.string().min(1).max(512)
/** Of an app or a message, or one that was written down. */
const AnyCode = z.string().trim().min(6).max(32)
/** What is sent; an app and a list of codes need no sending. */
export const SentFactor = z.enum(['sms', 'email'])
const Sent = z.object({ expiresInS: z.number().int() })
/** Told once, when somebody's first factor is there. */
const MaybeCodes = z.object({ recoveryCodes: z.array(z.string()).optional() })

/** Second factors: having them, answering a login's challenge, and showing one again (step-up). */
export const authMfa = {
  listFactors: request('auth.v1.list-factors', {
    input: z.object({}),
    output: z.object({
      factors: z.array(z.object({ method: SecondFactor, since: z.iso.datetime() })),
      recoveryCodesLeft: z.number().int(),
    }),
    timeoutMs: 2_000,
    access: 'user',
  }),
  /** The secret for an authenticator app; it counts once a code of it was shown. */
  beginTotp: request('auth.v1.begin-totp', {
    input: z.object({}),
    output: z.object({ secret: z.string(), uri: z.string() }),
    timeoutMs: 3_000,
    access: 'user',
  }),
  confirmTotp: request('auth.v1.confirm-totp', {
    input: z.object({ code: AnyCode }),
    output: MaybeCodes,
    timeoutMs: 3_000,
    access: 'user',
  }),
  /** Sends a code to the verified number or address, to begin with it as a second factor. */
  beginSentFactor: request('auth.v1.begin-sent-factor', {
    input: z.object({ method: SentFactor, client: Client }),
    output: Sent,
    timeoutMs: 8_000,
    access: 'user',
  }),
  confirmSentFactor: request('auth.v1.confirm-sent-factor', {
    input: z.object({ method: SentFactor, code: AnyCode }),
    output: MaybeCodes,
    timeoutMs: 3_000,
    access: 'user',
  }),
  /** Needs a recent second factor, like whatever follows the first one. */
  removeFactor: request('auth.v1.remove-factor', {
    input: z.object({ method: SecondFactor.exclude(['recovery']) }),
    output: z.object({}),
    timeoutMs: 3_000,
    access: 'user',
  }),
  renewRecoveryCodes: request('auth.v1.renew-recovery-codes', {
    input: z.object({}),
    output: z.object({ recoveryCodes: z.array(z.string()) }),
    timeoutMs: 3_000,
    access: 'user',
  }),
  sendChallengeCode: request('auth.v1.send-challenge-code', {
    input: z.object({ challenge: Token, method: SentFactor, client: Client }),
    output: Sent,
    timeoutMs: 8_000,
  }),
  answerChallenge: request('auth.v1.answer-challenge', {
    input: z.object({ challenge: Token, method: SecondFactor, code: AnyCode, ...loginWishes }),
    output: Login,
    timeoutMs: 3_000,
  }),
  sendStepUpCode: request('auth.v1.send-step-up-code', {
    input: z.object({ method: SentFactor, client: Client }),
    output: Sent,
    timeoutMs: 8_000,
    access: 'user',
  }),
  /** Shows a second factor again: the caller’s session is recent from now on. */
  stepUp: request('auth.v1.step-up', {
    input: z.object({ method: SecondFactor, code: AnyCode }),
    output: z.object({ recentUntil: z.iso.datetime() }),
    timeoutMs: 3_000,
    access: 'user',
  }),
  /** Whether the caller's session has just shown a second factor, and whether there is one to be shown. */
  readStepUp: request('auth.v1.read-step-up', {
    input: z.object({}),
    output: z.object({ recent: z.boolean(), enrolled: z.boolean() }),
    timeoutMs: 2_000,
    access: 'user',
  }),
  /** For somebody who lost all of theirs: everything of it is gone, and so are the sessions. */
  resetFactors: request('auth.v1.reset-factors', {
    input: z.object({ userId: z.uuid() }),
    output: z.object({}),
    timeoutMs: 3_000,
    access: 'admin',
  }),
}
