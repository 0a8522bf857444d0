import type { Charge } from './language-model.ts'
import type { Asker } from './ports.ts'

/** Who pays for what is asked: a person, or the owner of the device or the room; the platform for what nobody owns. */
export function payerOf(asker: Asker): Charge['payer'] {
  return toPayer(asker.kind === 'person' ? asker.userId : asker.ownerId)
}

export function toPayer(userId: string | undefined): Charge['payer'] {
  return userId === undefined ? 'platform' : { userId }
}
