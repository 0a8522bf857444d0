/** Things that happened, in order, with a way to wait for one that is there already or still to come. */
export type EventLog<Event> = {
  readonly events: Event[]
  add: (event: Event) => void
  /** The first event from `from` on that passes. @throws Error with what came instead, after `timeoutMs`. */
  find: (
    test: (event: Event) => boolean,
    options?: { from?: number; timeoutMs?: number; what?: string },
  ) => Promise<Event>
  /** Makes everybody who waits fail. */
  end: (reason: string) => void
}

export function createEventLog<Event>(describe: (event: Event) => string): EventLog<Event> {
  const events: Event[] = []
  const waiting = new Set<() => void>()
  let ended: string | undefined
  const wakeAll = () => {
    for (const wake of waiting) wake()
  }

  return {
    events,
    add: (event) => {
      events.push(event)
      wakeAll()
    },
    find: (test, { from = 0, timeoutMs = 5_000, what = 'the event' } = {}) => {
      let next = from
      return new Promise((resolve, reject) => {
        const finish = (act: () => void) => {
          clearTimeout(timer)
          waiting.delete(look)
          act()
        }
        const fail = (why: string) => {
          const seen = events.slice(from).slice(-20).map(describe).join(', ')
          finish(() => reject(new Error(`${what} did not come: ${why}; seen: ${seen || 'nothing'}`)))
        }
        const look = () => {
          for (; next < events.length; next++) {
            const event = events[next] as Event
            if (test(event)) return finish(() => resolve(event))
          }
          if (ended !== undefined) fail(ended)
        }
        const timer = setTimeout(() => fail(`not within ${timeoutMs} ms`), timeoutMs)
        waiting.add(look)
        look()
      })
    },
    end: (reason) => {
      ended ??= reason
      wakeAll()
    },
  }
}
