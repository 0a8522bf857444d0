import { authCodes, authContacts, Code, Email, Phone } from '@parley/contracts'
import { z } from 'zod'
import { clientOf } from '../http/client-of.ts'
import {
  CodeSentView,
  idempotencyKeyOf,
  LoginView,
  LoginWish,
  Nothing,
  toCodeSentView,
  toLoginView,
  toWish,
} from './logins.ts'
import { asking, type Route } from './route.ts'

const tag = 'Account'
const open = {
  tag,
  auth: 'none',
  rate: 'login',
  envelope: 'companion',
  openBecause: 'one has no token before',
} as const
const own = { tag, auth: 'user', scope: 'account', rate: 'login', envelope: 'companion' } as const
const CodeWish = z.object({ phone: Phone, captcha: z.string().max(4_096).optional() })
const PhoneAndCode = z.object({ phone: Phone, code: Code })

/** Codes by SMS, and the addresses and numbers of accounts. */
export const contactRoutes: Route[] = [
  asking({
    ...open,
    method: 'post',
    path: '/api/user/sms-code',
    operationId: 'sendLoginCode',
    summary: 'Send a code to a phone to log in with; with `Idempotency-Key`, a repetition sends nothing again',
    body: CodeWish,
    contract: authCodes.sendLoginCode,
    ask: ({ body, request }) => ({
      ...body,
      client: clientOf(request),
      idempotencyKey: idempotencyKeyOf(request),
    }),
    answer: { schema: CodeSentView, from: toCodeSentView },
    status: 202,
  }),
  asking({
    ...open,
    method: 'post',
    path: '/api/user/sms-login',
    operationId: 'loginByCode',
    summary: 'Log in with the code that was sent; the first time opens an account',
    body: PhoneAndCode.extend(LoginWish.shape),
    contract: authCodes.loginByCode,
    ask: ({ body: { phone, code, ...wish }, request }) => ({ phone, code, ...toWish(wish, request) }),
    answer: { schema: LoginView, from: toLoginView },
  }),
  asking({
    ...own,
    method: 'post',
    path: '/api/user/phone/sms-code',
    operationId: 'sendPhoneCode',
    summary: 'Send a code to a phone number that is to be yours',
    body: CodeWish,
    contract: authContacts.sendPhoneCode,
    ask: ({ body, request }) => ({
      ...body,
      client: clientOf(request),
      idempotencyKey: idempotencyKeyOf(request),
    }),
    answer: { schema: CodeSentView, from: toCodeSentView },
    status: 202,
  }),
  asking({
    ...own,
    method: 'post',
    path: '/api/user/phone',
    operationId: 'setPhone',
    summary: 'Make a phone number yours, with the code that was sent to it',
    body: PhoneAndCode,
    contract: authContacts.setPhone,
    ask: ({ body }) => body,
    answer: { schema: Nothing, from: () => ({}) },
  }),
  asking({
    ...own,
    method: 'post',
    path: '/api/user/email',
    operationId: 'setEmail',
    summary: 'Send a link to an e-mail address that is to be yours',
    body: z.object({ email: Email }),
    contract: authContacts.setEmail,
    ask: ({ body, request }) => ({ ...body, client: clientOf(request) }),
    answer: { schema: Nothing, from: () => ({}) },
    status: 202,
  }),
  asking({
    ...open,
    method: 'post',
    path: '/api/user/email/verify',
    operationId: 'verifyEmail',
    summary: 'Make an e-mail address yours, with the token of the link',
    openBecause: 'the token is the proof',
    body: z.object({ token: z.string().min(1).max(512) }),
    contract: authContacts.verifyEmail,
    ask: ({ body }) => body,
    answer: { schema: Nothing, from: () => ({}) },
  }),
]
