import { createHmac } from 'node:crypto'

export type SignedUrl = {
  /** Where to connect: scheme, host and port. */
  origin: string
  /** The host that the vendor believes to be; it is signed, whatever stands in for it. */
  host: string
  path: string
  /** Values as they are: they are signed raw and encoded in the address only. */
  parameters: Record<string, string | number>
  secretKey: string
  /** What precedes the host in what is signed: nothing, or the method. */
  method?: 'GET' | undefined
}

/** Signs a WebSocket's address as Tencent's speech services want it: base64 of HMAC-SHA1 over the sorted parameters. */
export function signTencentUrl({ origin, host, path, parameters, secretKey, method }: SignedUrl): string {
  const sorted = Object.entries(parameters).toSorted(([name], [other]) => (name < other ? -1 : 1))
  const raw = sorted.map(([name, value]) => `${name}=${value}`).join('&')
  const signature = createHmac('sha1', secretKey)
    .update(`${method ?? ''}${host}${path}?${raw}`)
    .digest('base64')
  const encoded = sorted.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')
  const name = method ? 'Signature' : 'signature'
  return `${origin}${path}?${encoded}&${name}=${encodeURIComponent(signature)}`
}
