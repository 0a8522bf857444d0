import { Problem } from '@parley/contracts'
import { z } from 'zod'
import { definePlugin } from '../extensions/plugin.ts'
import { createFeedReader, type NewsItem } from '../providers/feeds/read-feed.ts'
import { news } from '../tool-variables.ts'

const address = z.url({ protocol: /^https?$/ }).max(500)

/** Headlines of RSS and Atom feeds: those of the place, or those that an agent's owner has chosen. */
export default definePlugin({
  name: 'get_news',
  description: 'The newest headlines with a sentence about each, newest first, or only those about a topic.',
  input: z.object({
    topic: z.string().trim().min(1).max(60).describe('A word that they must contain').optional(),
    count: z.number().int().min(1).max(10).default(5),
  }),
  parameters: z.object({ feeds: z.array(address).min(1).max(5).optional() }),
  settings: news,
  outside: true,
  open: ({ feeds }, { fetch, publicFetch }) => {
    const own = createFeedReader(fetch)
    const theirs = createFeedReader(publicFetch)
    return {
      offered: ({ parameters }) => (parameters.feeds ?? feeds).length > 0,
      run: async ({ topic, count }, { parameters, signal }) => {
        const reading = parameters.feeds
          ? parameters.feeds.map((url) => theirs(url, { signal }))
          : feeds.map((url) => own(url, { signal }))
        const read = await Promise.allSettled(reading)
        const failure = read.find((each) => each.status === 'rejected')
        const items = read.flatMap((each) => (each.status === 'fulfilled' ? each.value : []))
        if (items.length === 0 && failure) throw failure.reason
        const found = newestFirst(items.filter((item) => isAbout(item, topic))).slice(0, count)
        if (found.length === 0) throw new Problem('not-found', 'There is no news about this.')
        return found
      },
    }
  },
})

function isAbout({ title, summary }: NewsItem, topic: string | undefined): boolean {
  return topic === undefined || `${title} ${summary ?? ''}`.toLowerCase().includes(topic.toLowerCase())
}

/** The same story is in many feeds. */
function newestFirst(items: NewsItem[]): NewsItem[] {
  const once = new Map(items.map((item) => [item.title, item]))
  return [...once.values()].toSorted((one, other) => (other.published ?? '').localeCompare(one.published ?? ''))
}
