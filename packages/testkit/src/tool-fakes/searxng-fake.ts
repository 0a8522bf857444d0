import { startFakeServer, type FakeServer } from '../fake-server.ts'

export type SearxngResult = { title: string; url: string; content: string }

export type SearxngFake = FakeServer & {
  readonly queries: Record<string, string>[]
  /** What is found by a query from now on; everything else finds nothing. */
  index: (query: string, results: SearxngResult[], answer?: string) => void
}

const known = new Set(['q', 'format', 'safesearch', 'language', 'categories', 'pageno', 'time_range'])

/** SearXNG's `/search?format=json` on loopback. JSON must be asked for: without it an instance answers a page, or 403. */
export async function startSearxngFake(): Promise<SearxngFake> {
  const queries: Record<string, string>[] = []
  const found = new Map<string, { results: SearxngResult[]; answer: string | undefined }>()
  const server = await startFakeServer(({ method, path, query }) => {
    const given = Object.fromEntries(new URLSearchParams(query))
    if (method !== 'GET' || path !== '/search' || Object.keys(given).some((name) => !known.has(name)))
      return { status: 404, type: 'text/html', body: 'Not found' }
    if (given['format'] !== 'json') return { status: 403, type: 'text/html', body: 'Forbidden' }
    if (!given['q']) return { status: 400, type: 'text/html', body: 'Bad request' }
    queries.push(given)
    const { results = [], answer } = found.get(given['q']) ?? {}
    return {
      body: {
        query: given['q'],
        number_of_results: 0,
        results: results.map((result) => ({
          ...result,
          engine: 'fake',
          score: 1,
          category: 'general',
          publishedDate: null,
        })),
        answers: answer === undefined ? [] : [{ answer, url: null, engine: 'fake' }],
        corrections: [],
        infoboxes: [],
        suggestions: [],
        unresponsive_engines: [],
      },
    }
  })
  return Object.assign(server, {
    queries,
    index: (query: string, results: SearxngResult[], answer?: string) => void found.set(query, { results, answer }),
  })
}
