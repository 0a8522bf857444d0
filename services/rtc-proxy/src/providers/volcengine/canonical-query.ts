/** Query parameters; a list stands for a parameter that is given several times. */
export type Query = Record<string, string | string[]>

/**
 * A query as the vendor signs it, which is also how it is sent: parameters by name, the values of one by value, everything
 * but letters, digits and `-_.~` percent-encoded.
 */
export function toCanonicalQuery(query: Query): string {
  return Object.keys(query)
    .sort()
    .flatMap((name) =>
      [query[name] ?? []]
        .flat()
        .sort()
        .map((value) => `${encode(name)}=${encode(value)}`),
    )
    .join('&')
}

/** RFC 3986, which keeps fewer characters as they are than `encodeURIComponent` does. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)
}
