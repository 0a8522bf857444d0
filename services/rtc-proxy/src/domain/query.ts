/** Adds to whatever query an address has; ids and proofs need no escaping. */
export function withQuery(address: string, query: Record<string, string>): string {
  const added = Object.entries(query).map(([name, value]) => `${name}=${value}`)
  return `${address}${address.includes('?') ? '&' : '?'}${added.join('&')}`
}
