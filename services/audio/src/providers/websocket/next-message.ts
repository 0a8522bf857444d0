import { Problem } from '@parley/contracts'
import { nextWithin } from '../next-within.ts'
import type { VendorMessage, VendorSocket } from './vendor-socket.ts'

type Waiting = { who: string; timeoutMs: number; signal: AbortSignal }

/**
 * The next message of a vendor.
 * @throws Problem `provider-failed` when it has closed the connection, `timeout`; the signal's reason
 */
export async function nextMessage(socket: VendorSocket, { who, timeoutMs, signal }: Waiting): Promise<VendorMessage> {
  const messages = { next: async () => toResult(await socket.next()) }
  const { done, value } = await nextWithin<VendorMessage>(messages, timeoutMs, signal, who)
  if (!done) return value
  throw new Problem('provider-failed', `${who} closed the connection`, { cause: new Error(socket.closeReason) })
}

function toResult(value: VendorMessage | undefined): IteratorResult<VendorMessage, undefined> {
  return value === undefined ? { done: true, value } : { done: false, value }
}
