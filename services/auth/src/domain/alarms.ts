import type { ContactStore } from './contacts.ts'
import type { Dispatch } from './dispatch.ts'
import type { Later } from './ports.ts'

/** Tells somebody that their session was ended because a token of it was copied. Nobody waits for it. */
export type TellOfReuse = (userId: string, sessionId: string) => void

/** By their apps that are connected, and by mail where an address is verified. @param toApps tells the apps */
export function createReuseAlarm(
  { contacts, dispatch, later }: { contacts: Pick<ContactStore, 'read'>; dispatch: Dispatch; later: Later },
  toApps: TellOfReuse,
): TellOfReuse {
  return (userId, sessionId) => {
    toApps(userId, sessionId)
    later(async () => {
      const found = await contacts.read(userId)
      const address = found.find(({ kind, verifiedAt }) => kind === 'email' && verifiedAt)
      if (!address || !dispatch.reaches('email')) return
      await dispatch.send(
        { kind: 'email', value: address.value },
        { kind: 'token-reused' },
        { again: false, claim: undefined },
      )
    })
  }
}
