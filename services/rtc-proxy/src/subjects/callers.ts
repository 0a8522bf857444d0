import { createHmac } from 'node:crypto'
import { Problem, type Identity } from '@parley/contracts'
import type { Secret } from '@parley/service-kit'
import type { Caller } from '../domain/ports.ts'

export type CallersSettings = { demo: 'off' | 'open'; secret: Secret }

export type Callers = (identity: Identity | undefined, guest: string | undefined) => Caller

/**
 * Who asks: the person whom the gateway has verified. Where the demo is open, the gateway itself may ask for somebody without
 * an account; they are known by their address, of which nothing can be told from their name.
 * @throws Problem `forbidden` for anybody else
 */
export function createCallers({ demo, secret }: CallersSettings): Callers {
  return (identity, guest) => {
    if (identity && identity.kind !== 'service') return { userId: identity.userId, ownerId: identity.userId }
    const byGateway = identity?.service === 'gateway'
    if (demo !== 'open' || !byGateway || guest === undefined)
      throw new Problem('forbidden', 'Voice rooms are for people only')
    const name = createHmac('sha256', secret.reveal()).update(`rtc guest ${guest}`).digest('hex').slice(0, 32)
    return { userId: `guest-${name}`, ownerId: undefined }
  }
}
