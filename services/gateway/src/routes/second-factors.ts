import { authMfa, SecondFactor, SentFactor } from '@parley/contracts'
import { z } from 'zod'
import { clientOf } from '../http/client-of.ts'
import { LoginView, LoginWish, Nothing, toLoginView, toWish } from './logins.ts'
import { asking, type Route } from './route.ts'

const tag = 'Second factors'
const open = {
  tag,
  auth: 'none',
  rate: 'login',
  envelope: 'companion',
  openBecause: 'the challenge is the proof',
} as const
const own = { tag, auth: 'user', scope: 'account', rate: 'login', envelope: 'companion' } as const
const done = { schema: Nothing, from: () => ({}) }

const AnyCode = z.string().trim().min(6).max(32)
const Challenge = z.string().min(1).max(512)
const Sent = { schema: z.object({ expires_in: z.number().int() }), from: toSentView }
const MaybeCodes = {
  schema: z.object({ recovery_codes: z.array(z.string()).optional() }),
  from: ({ recoveryCodes }: { recoveryCodes?: string[] | undefined }) => ({
    ...(recoveryCodes && { recovery_codes: recoveryCodes }),
  }),
}

function toSentView({ expiresInS }: { expiresInS: number }) {
  return { expires_in: expiresInS }
}

export const secondFactorRoutes: Route[] = [
  asking({
    ...open,
    method: 'post',
    path: '/api/user/mfa/challenge/code',
    operationId: 'sendChallengeCode',
    summary: 'Send a code to answer a challenge with',
    body: z.object({ challenge: Challenge, method: SentFactor }),
    contract: authMfa.sendChallengeCode,
    ask: ({ body, request }) => ({ ...body, client: clientOf(request) }),
    answer: Sent,
    status: 202,
  }),
  asking({
    ...open,
    method: 'post',
    path: '/api/user/mfa/challenge',
    operationId: 'answerChallenge',
    summary: 'Show a second factor to end a login that was answered with a challenge',
    body: z.object({ challenge: Challenge, method: SecondFactor, code: AnyCode, ...LoginWish.shape }),
    contract: authMfa.answerChallenge,
    ask: ({ body: { challenge, method, code, ...wish }, request }) => ({
      challenge,
      method,
      code,
      ...toWish(wish, request),
    }),
    answer: { schema: LoginView, from: toLoginView },
  }),
  asking({
    ...own,
    rate: 'general',
    method: 'get',
    path: '/api/user/mfa',
    operationId: 'listFactors',
    summary: 'Your second factors, and how many recovery codes are left',
    contract: authMfa.listFactors,
    ask: () => ({}),
    answer: {
      schema: z.object({
        factors: z.array(z.object({ method: SecondFactor, since: z.iso.datetime() })),
        recovery_codes_left: z.number().int(),
      }),
      from: ({ factors, recoveryCodesLeft }) => ({ factors, recovery_codes_left: recoveryCodesLeft }),
    },
  }),
  asking({
    ...own,
    method: 'post',
    path: '/api/user/mfa/totp',
    operationId: 'beginTotp',
    summary: 'A secret for an authenticator app; it counts once a code of it was shown',
    contract: authMfa.beginTotp,
    ask: () => ({}),
  }),
  asking({
    ...own,
    method: 'post',
    path: '/api/user/mfa/totp/confirm',
    operationId: 'confirmTotp',
    summary: 'Show the first code of an authenticator app; with the first factor come recovery codes',
    body: z.object({ code: AnyCode }),
    contract: authMfa.confirmTotp,
    ask: ({ body }) => body,
    answer: MaybeCodes,
  }),
  asking({
    ...own,
    method: 'post',
    path: '/api/user/mfa/sent',
    operationId: 'beginSentFactor',
    summary: 'Send a code to your verified number or address, to have it as a second factor',
    body: z.object({ method: SentFactor }),
    contract: authMfa.beginSentFactor,
    ask: ({ body, request }) => ({ ...body, client: clientOf(request) }),
    answer: Sent,
    status: 202,
  }),
  asking({
    ...own,
    method: 'post',
    path: '/api/user/mfa/sent/confirm',
    operationId: 'confirmSentFactor',
    summary: 'Show that code; with the first factor come recovery codes',
    body: z.object({ method: SentFactor, code: AnyCode }),
    contract: authMfa.confirmSentFactor,
    ask: ({ body }) => body,
    answer: MaybeCodes,
  }),
  asking({
    ...own,
    method: 'post',
    path: '/api/user/mfa/remove',
    operationId: 'removeFactor',
    summary: 'Take a second factor away',
    body: z.object({ method: SecondFactor.exclude(['recovery']) }),
    contract: authMfa.removeFactor,
    ask: ({ body }) => body,
    answer: done,
  }),
  asking({
    ...own,
    method: 'post',
    path: '/api/user/mfa/recovery-codes',
    operationId: 'renewRecoveryCodes',
    summary: 'New recovery codes in place of the old ones',
    contract: authMfa.renewRecoveryCodes,
    ask: () => ({}),
    answer: {
      schema: z.object({ recovery_codes: z.array(z.string()) }),
      from: ({ recoveryCodes }) => ({ recovery_codes: recoveryCodes }),
    },
  }),
  asking({
    ...own,
    method: 'post',
    path: '/api/user/mfa/step-up/code',
    operationId: 'sendStepUpCode',
    summary: 'Send a code to show a second factor again with',
    body: z.object({ method: SentFactor }),
    contract: authMfa.sendStepUpCode,
    ask: ({ body, request }) => ({ ...body, client: clientOf(request) }),
    answer: Sent,
    status: 202,
  }),
  asking({
    ...own,
    method: 'post',
    path: '/api/user/mfa/step-up',
    operationId: 'stepUp',
    summary: 'Show a second factor again, for what needs a recent one',
    body: z.object({ method: SecondFactor, code: AnyCode }),
    contract: authMfa.stepUp,
    ask: ({ body }) => body,
    answer: {
      schema: z.object({ recent_until: z.iso.datetime() }),
      from: ({ recentUntil }) => ({ recent_until: recentUntil }),
    },
  }),
  asking({
    tag: 'Administration',
    auth: 'admin',
    scope: 'users',
    stepUp: true,
    method: 'delete',
    path: '/api/v1/admin/users/:userId/mfa',
    operationId: 'resetFactors',
    summary: 'Take all second factors from somebody who lost theirs; their sessions end',
    params: z.object({ userId: z.uuid() }),
    contract: authMfa.resetFactors,
    ask: ({ params }) => params,
  }),
]
