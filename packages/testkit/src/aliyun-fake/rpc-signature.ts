import { createHmac } from 'node:crypto'

/**
 * Aliyun's RPC signature (version 1.0, HMAC-SHA1) over the parameters of a request, made as the vendor makes it anew from
 * what arrived.
 */
export function signRpc(method: string, parameters: Record<string, string>, accessKeySecret: string): string {
  const canonical = Object.entries(parameters)
    .filter(([name]) => name !== 'Signature')
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .toSorted(([name], [other]) => (name < other ? -1 : 1))
    .map((pair) => pair.join('='))
    .join('&')
  const toSign = `${method}&${encode('/')}&${encode(canonical)}`
  return createHmac('sha1', `${accessKeySecret}&`).update(toSign).digest('base64')
}

/** RFC 3986: of what JavaScript leaves as it is, five more signs are encoded. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
}
