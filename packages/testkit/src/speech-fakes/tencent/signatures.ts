import { createHash, createHmac } from 'node:crypto'

/** Of a WebSocket's address: over what precedes the signature, decoded and sorted, made anew from what arrived. */
export function signSocket(before: string, query: string, secretKey: string): string {
  const pairs = [...new URLSearchParams(query)].filter(([name]) => name.toLowerCase() !== 'signature')
  const sorted = pairs.toSorted(([one], [other]) => (one < other ? -1 : 1)).map((pair) => pair.join('='))
  return createHmac('sha1', secretKey)
    .update(`${before}?${sorted.join('&')}`)
    .digest('base64')
}

export type Tc3Request = {
  method: string
  /** Without its port, as the vendor's SDK signs it. */
  host: string
  query: string
  contentType: string
  body: string
  service: string
  timestamp: number
}

/** TC3-HMAC-SHA256, in hex. */
export function signTc3(
  { method, host, query, contentType, body, service, timestamp }: Tc3Request,
  secretKey: string,
): string {
  const hash = (text: string) => createHash('sha256').update(text).digest('hex')
  const mac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()
  const headers = `content-type:${contentType}\nhost:${host}\n`
  const canonical = [method, '/', query, headers, 'content-type;host', hash(body)].join('\n')
  const date = new Date(timestamp * 1_000).toISOString().slice(0, 10)
  const toSign = ['TC3-HMAC-SHA256', timestamp, `${date}/${service}/tc3_request`, hash(canonical)].join('\n')
  const key = mac(mac(mac(`TC3${secretKey}`, date), service), 'tc3_request')
  return mac(key, toSign).toString('hex')
}
