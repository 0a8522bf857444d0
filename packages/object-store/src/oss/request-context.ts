/** What ali-oss hands through to its HTTP client with a request: the signal that ends it. Its types do not know it. */
export function requestContext(signal: AbortSignal | undefined): { timeout?: number; ctx: { signal?: AbortSignal } } {
  return { ctx: { signal } }
}
