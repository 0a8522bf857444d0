/**
 * Hands items from one producer to one reader. `push` is refused (false) beyond the bound; `end` lets the reader finish
 * what is queued, `fail` makes it throw after that.
 */
export type Queue<Item> = AsyncIterable<Item> & {
  push: (item: Item) => boolean
  end: () => void
  fail: (error: unknown) => void
}

export function createQueue<Item>(bound: number): Queue<Item> {
  const items: Item[] = []
  let outcome: { error?: unknown } | undefined
  let wake: (() => void) | undefined

  function settle(result: { error?: unknown }) {
    outcome ??= result
    wake?.()
  }

  return {
    push: (item) => {
      if (outcome || items.length >= bound) return false
      items.push(item)
      wake?.()
      return true
    },
    end: () => settle({}),
    fail: (error) => settle({ error }),
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const item = items.shift()
        if (item !== undefined) yield item
        else if (outcome) {
          if ('error' in outcome) throw outcome.error
          return
        } else {
          await new Promise<void>((resolve) => (wake = resolve))
          wake = undefined
        }
      }
    },
  }
}
