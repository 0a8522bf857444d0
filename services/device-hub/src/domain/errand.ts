/** Work for one connection that comes up now and then. */
export type Errand = {
  /** Does it, and once more when it is asked for meanwhile; never twice at once. */
  run: () => void
  /** Resolves when nothing is under way. */
  idle: () => Promise<void>
}

/** @param about `onIdle`: nothing more is to be done */
export function createErrand(
  work: () => Promise<void>,
  { onFailure, onIdle }: { onFailure: (error: unknown) => void; onIdle: () => void },
): Errand {
  let running: Promise<void> | undefined
  let again = false

  async function runAll() {
    while (again) {
      again = false
      await work()
    }
  }

  return {
    run: () => {
      again = true
      running ??= runAll()
        .catch(onFailure)
        .finally(() => {
          running = undefined
          onIdle()
        })
    },
    idle: async () => {
      await running
    },
  }
}
