import { authSessions } from '@parley/contracts'
import { z } from 'zod'
import { clientOf } from '../http/client-of.ts'
import { AnyDeviceId } from './devices.ts'
import { asking, type Route } from './route.ts'

const open = { method: 'post', tag: 'Account', auth: 'none', rate: 'login', envelope: 'companion' } as const

/** How a device logs in for its owner: it asks what to sign, and signs it with its credential. */
export const macLoginRoutes: Route[] = [
  asking({
    ...open,
    path: '/api/user/mac-login/nonce',
    operationId: 'macLoginNonce',
    summary: 'What a device has to sign, once and within a minute',
    openBecause: 'nothing is told that a device could not make up',
    body: z.object({ mac_address: AnyDeviceId }),
    contract: authSessions.deviceNonce,
    ask: ({ body }) => ({ deviceId: body.mac_address }),
    answer: {
      schema: z.object({ nonce: z.string(), expires_at: z.iso.datetime() }),
      from: ({ nonce, expiresAt }) => ({ nonce, expires_at: expiresAt }),
    },
  }),
  asking({
    ...open,
    path: '/api/user/mac-login',
    operationId: 'macLogin',
    summary: 'A token of a device’s owner, for the device’s proof',
    openBecause: 'the device’s signature is the proof',
    body: z.object({
      mac_address: AnyDeviceId,
      nonce: z.string().min(1).max(128).optional(),
      signature: z.string().min(1).max(128).optional(),
    }),
    contract: authSessions.deviceLogin,
    ask: ({ body: { mac_address: deviceId, nonce, signature }, request }) => ({
      deviceId,
      ...((nonce !== undefined || signature !== undefined) && {
        proof: { nonce: nonce ?? '-', signature: signature ?? '-' },
      }),
      client: clientOf(request, deviceId),
    }),
    answer: {
      schema: z.object({ token: z.string(), user_id: z.uuid(), expires_at: z.iso.datetime() }),
      from: ({ token, person, expiresAt }) => ({ token, user_id: person.userId, expires_at: expiresAt }),
    },
  }),
]
