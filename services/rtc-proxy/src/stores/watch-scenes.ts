import { createHash } from 'node:crypto'
import { watch, type FSWatcher } from 'node:fs'
import type { LoadedScene } from './scene-files.ts'

export type WatchSettings = {
  dir: string
  load: () => Promise<LoadedScene[]>
  /** What is offered at first. */
  first: LoadedScene[]
  onChanged: (loaded: LoadedScene[]) => void
  /** The scenes are wrong; what was offered before still is. */
  onWrong: (error: unknown) => void
}

/** Editors and `kubectl` write in several steps. */
const settledMs = 200
/** Where the system tells nothing of changes (network file systems), they are found this late. */
const lookEveryMs = 60_000

/**
 * Reads the scenes again whenever their folder changes. A set with something wrong in it is not taken over, not even its good
 * part: what was offered stays until all is right again. The same mistake is told once.
 */
export function watchScenes({ dir, load, first, onChanged, onWrong }: WatchSettings): AsyncDisposable {
  let offered = digest(first)
  let wrong = ''
  let running = Promise.resolve()
  let settling: NodeJS.Timeout | undefined

  async function look() {
    try {
      const loaded = await load()
      wrong = ''
      if (digest(loaded) === offered) return
      offered = digest(loaded)
      onChanged(loaded)
    } catch (error) {
      const message = String(error)
      if (message !== wrong) onWrong(error)
      wrong = message
    }
  }

  const lookSoon = () => {
    clearTimeout(settling)
    settling = setTimeout(() => (running = running.then(look)), settledMs)
  }
  const watcher = watchFolder(dir, lookSoon, onWrong)
  const timer = setInterval(lookSoon, lookEveryMs)
  return {
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer)
      clearTimeout(settling)
      watcher?.close()
      await running
    },
  }
}

function watchFolder(dir: string, onEvent: () => void, onError: (error: unknown) => void): FSWatcher | undefined {
  try {
    return watch(dir, onEvent).on('error', onError)
  } catch (error) {
    onError(error)
    return undefined
  }
}

/** Secrets are in there, as their digest only. */
function digest(loaded: LoadedScene[]): string {
  const revealed = loaded.map(({ scene, keys }) => {
    const { accessKeyId, appId, secretKey, sessionToken, appKey, eventSecret } = keys
    const secrets = [secretKey, sessionToken, appKey, eventSecret].map((secret) => secret?.reveal())
    return [scene, accessKeyId, appId, secrets]
  })
  return createHash('sha256').update(JSON.stringify(revealed)).digest('hex')
}
