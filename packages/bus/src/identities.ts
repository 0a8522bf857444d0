import { Problem, type Identity, type RequestContract, type StreamContract } from '@parley/contracts'
import type { Msg } from 'nats'
import { currentContext } from './context.ts'
import { readIdentityToken } from './wire.ts'

/** How identities become what travels, and back. Both keep what they made: the same identity costs once. */
export type Identities = {
  /** What calls are made as when nobody is behind them. */
  own: Identity
  sign: (identity: Identity) => Promise<string>
  /** @throws Problem `unauthorized` for a token that is not ours, or too old. */
  verify: (token: string) => Promise<Identity>
}

/** The signed identity of whoever the work under way is for. */
export type SignCaller = () => Promise<string> | undefined

export function createSignCaller(identities: Identities | undefined): SignCaller {
  if (!identities) return () => undefined
  return () => identities.sign(currentContext()?.identity ?? identities.own)
}

/** Hears of calls that were not let in: without a valid identity, or with one that may not. */
export type OnRefused = (subject: string, problem: Problem) => void

/** Who calls. @throws Problem `unauthorized` without a valid identity, `forbidden` when the subject is not for them. */
export type Admit = (contract: RequestContract | StreamContract, message: Msg) => Promise<Identity | undefined>

export function createAdmit(identities: Identities | undefined, onRefused: OnRefused = () => undefined): Admit {
  async function admit({ access, subject }: Parameters<Admit>[0], message: Msg) {
    const identity = identities && (await readIdentity(identities, message))
    if (access === 'platform') return identity
    if (!identity || identity.kind === 'service') throw new Problem('forbidden', `${subject} answers people only`)
    if (access === 'admin' && identity.kind !== 'admin') throw new Problem('forbidden', 'This is for administrators')
    return identity
  }

  return async (contract, message) => {
    try {
      return await admit(contract, message)
    } catch (error) {
      if (error instanceof Problem) onRefused(contract.subject, error)
      throw error
    }
  }
}

function readIdentity(identities: Identities, message: Msg): Promise<Identity> {
  const token = readIdentityToken(message)
  if (token === undefined) throw new Problem('unauthorized', 'The call carries no identity')
  return identities.verify(token)
}
