import { startFakeServer, type FakeServer } from '../fake-server.ts'

export type FeedItem = { title: string; summary?: string; at: Date }

export type FeedFake = FakeServer & {
  /** What is in `/rss.xml` and `/atom.xml` from now on. */
  publish: (...items: FeedItem[]) => void
  readonly accepted: (string | undefined)[]
}

/** News on loopback: RSS 2.0 at `/rss.xml`, Atom at `/atom.xml`, a redirect to the former at `/old`, and no feed at `/page`. */
export async function startFeedFake(): Promise<FeedFake> {
  let items: FeedItem[] = []
  const accepted: (string | undefined)[] = []
  const server = await startFakeServer(({ path, headers }) => {
    accepted.push(headers.accept)
    if (path === '/rss.xml') return { type: 'application/rss+xml', body: toRss(items) }
    if (path === '/atom.xml') return { type: 'application/atom+xml', body: toAtom(items) }
    if (path === '/old') return { status: 301, headers: { location: '/rss.xml' }, body: '' }
    if (path === '/round') return { status: 302, headers: { location: '/round' }, body: '' }
    if (path === '/page') return { type: 'text/html', body: '<html><body>No feed</body></html>' }
    return { status: 404, body: '' }
  })
  return Object.assign(server, {
    accepted,
    publish: (...given: FeedItem[]) => {
      items = given
    },
  })
}

function toRss(items: FeedItem[]): string {
  const entries = items.map(
    ({ title, summary = '', at }) =>
      `<item><title>${escapeXml(title)}</title><description><![CDATA[<p>${summary}</p>]]></description><pubDate>${at.toUTCString()}</pubDate></item>`,
  )
  return `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>The Fake News</title><link>https://news.example.com/</link><description>All of it</description>${entries.join('')}</channel></rss>`
}

function toAtom(items: FeedItem[]): string {
  const entries = items.map(
    ({ title, summary = '', at }) =>
      `<entry><title>${escapeXml(title)}</title><id>urn:${at.getTime()}</id><updated>${at.toISOString()}</updated><summary>${escapeXml(summary)}</summary></entry>`,
  )
  return `<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>The Fake Atom</title><id>urn:fake</id><updated>2026-11-25T10:00:00Z</updated>${entries.join('')}</feed>`
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
