import { Problem } from '@parley/contracts'
import { readBounded } from '@parley/service-kit'
import { parseFeed } from '@rowanmanning/feed-parser'

export type NewsItem = { title: string; summary?: string | undefined; published?: string | undefined; source?: string }

export type FeedReader = (url: string, options: { signal: AbortSignal }) => Promise<NewsItem[]>

const mostBytes = 2 * 1024 * 1024
const mostRedirects = 3
const mostItems = 100
const longestSummary = 240

/** Reads RSS and Atom. Redirects lead only to where `fetch` goes. @throws Problem `provider-failed` for what is no feed */
export function createFeedReader(fetch: typeof globalThis.fetch): FeedReader {
  async function get(url: string, signal: AbortSignal): Promise<Response> {
    let at = url
    for (let count = 0; count <= mostRedirects; count++) {
      const headers = { accept: 'application/rss+xml, application/atom+xml, application/xml;q=0.9, */*;q=0.5' }
      const response = await fetch(at, { headers, signal })
      const to = response.headers.get('location')
      if (response.status < 300 || response.status >= 400 || !to) return response
      await readBounded(response, mostBytes)
      at = new URL(to, at).href
    }
    throw new Problem('provider-failed', 'The feed leads from one address to another without end')
  }

  return async (url, { signal }) => {
    const response = await get(url, signal).catch((cause: unknown) => {
      signal.throwIfAborted()
      if (cause instanceof Problem) throw cause
      throw new Problem('provider-failed', 'A news feed cannot be reached', { cause })
    })
    const text = await readBounded(response, mostBytes)
    if (!response.ok) throw new Problem('provider-failed', `A news feed answered ${response.status}`)
    return parse(text)
  }
}

function parse(text: string): NewsItem[] {
  try {
    const feed = parseFeed(text)
    const source = feed.title ? { source: plain(feed.title) } : {}
    return feed.items.slice(0, mostItems).flatMap(({ title, description, published, updated }) => {
      if (!title) return []
      const summary = plain(description ?? '').slice(0, longestSummary) || undefined
      return [{ title: plain(title), summary, published: (published ?? updated)?.toISOString(), ...source }]
    })
  } catch (cause) {
    throw new Problem('provider-failed', 'A news feed is neither RSS nor Atom', { cause })
  }
}

function plain(html: string): string {
  return html
    .replaceAll(/<[^>]{0,2000}>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
}
