import { Problem } from '@parley/contracts'
import { z } from 'zod'
import { definePlugin } from '../extensions/plugin.ts'
import { askJson } from '../providers/ask-json.ts'
import { webSearch } from '../tool-variables.ts'

const Found = z.object({
  results: z.array(
    z.object({
      title: z.string(),
      url: z.string(),
      content: z.string().nullish(),
      publishedDate: z.string().nullish(),
    }),
  ),
  answers: z.array(z.union([z.string(), z.object({ answer: z.string() })])).default([]),
})
const longestText = 400

/** The web by a SearXNG, or whatever answers its `/search?format=json`. */
export default definePlugin({
  name: 'search_web',
  description: 'Searches the web: for what is current, or not known for sure.',
  input: z.object({
    query: z.string().trim().min(1).max(200).describe('What one would type into a search engine'),
    count: z.number().int().min(1).max(8).default(4),
  }),
  settings: webSearch,
  outside: true,
  open: ({ searxngUrl }, { fetch }) =>
    searxngUrl === undefined
      ? undefined
      : {
          run: async ({ query, count }, { turn, signal }) => {
            const url = new URL(`${searxngUrl.replace(/\/$/, '')}/search`)
            const asked = { q: query, format: 'json', safesearch: '1', language: turn.language ?? 'auto' }
            for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value)
            const { results, answers } = await askJson(url, Found, { vendor: 'The search', fetch, signal })
            if (results.length + answers.length === 0) throw new Problem('not-found', 'Nothing was found.')
            return {
              answers: answers.slice(0, 2).map((answer) => (typeof answer === 'string' ? answer : answer.answer)),
              results: results.slice(0, count).map(({ title, url, content, publishedDate }) => ({
                title,
                from: URL.parse(url)?.hostname,
                text: content?.slice(0, longestText),
                published: publishedDate ?? undefined,
              })),
            }
          },
        },
})
