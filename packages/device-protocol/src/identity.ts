/** Who a connecting client says it is. Headers win; browsers, which cannot set them, use the query. */
export type ClientIdentity = {
  /** As sent: a MAC in any spelling, to be normalised and checked by the receiver. */
  deviceId: string | undefined
  clientId: string | undefined
  /** The bearer token without its scheme; an empty one counts as none. */
  token: string | undefined
  protocolVersion: string | undefined
}

type Headers = Record<string, string | string[] | undefined>

/** Reads identity from an HTTP request or WebSocket upgrade: `headers` in lower case, as Node has them. */
export function readIdentity(headers: Headers, query: URLSearchParams): ClientIdentity {
  const read = (name: string) => first(headers[name]) ?? (query.get(name) || undefined)
  return {
    deviceId: read('device-id'),
    clientId: read('client-id'),
    token:
      read('authorization')
        ?.replace(/^Bearer(\s+|$)/i, '')
        .trim() || undefined,
    protocolVersion: read('protocol-version'),
  }
}

function first(value: string | string[] | undefined): string | undefined {
  return (Array.isArray(value) ? value[0] : value) || undefined
}
