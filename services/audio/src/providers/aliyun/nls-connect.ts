import { Problem } from '@parley/contracts'
import { openVendorSocket, type VendorSocket } from '../websocket/vendor-socket.ts'
import type { NlsToken } from './nls-token.ts'

export type NlsConnectSettings = { url: string; token: NlsToken; timeoutMs: number; who: string }

/** A connection to the gateway. A token that is refused is made anew, once: it may have been withdrawn before its end. */
export function createNlsConnect(settings: NlsConnectSettings): (signal?: AbortSignal) => Promise<VendorSocket> {
  const { url, token, timeoutMs, who } = settings
  const open = async (id: string, signal: AbortSignal | undefined) =>
    openVendorSocket({ url, headers: { 'X-NLS-Token': id }, who, timeoutMs, signal })

  return async (signal) => {
    const id = await token.read()
    try {
      return await open(id, signal)
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'provider-rejected') throw error
      token.forget(id)
      const other = await token.read()
      if (other === id) throw error
      return open(other, signal)
    }
  }
}
