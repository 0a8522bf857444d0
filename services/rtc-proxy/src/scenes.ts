import type { Given } from '@parley/service-kit'
import { Counter, Gauge, type Registry } from 'prom-client'
import type { Config } from './config.ts'
import { createSceneBook, type SceneBook } from './stores/scene-book.ts'
import { loadScenes, type LoadedScene } from './stores/scene-files.ts'
import { watchScenes } from './stores/watch-scenes.ts'

/**
 * The scenes of the configured folder, which are read again when it changes; a set with a mistake in it is not taken over.
 * @throws ConfigError naming everything that is wrong with them at the start
 */
export async function openScenes(
  config: Config,
  { log, metrics }: Given & { metrics: Registry },
): Promise<SceneBook & AsyncDisposable> {
  const { rtcScenesDir: dir, sceneVariables: variables, rtcCallbackUrl: callbackUrl } = config
  const load = async () => (dir ? loadScenes(dir, { variables, callbackUrl }) : [])
  const first = await load()
  const offered = new Gauge({ name: 'parley_rtc_scenes', help: 'Scenes that are offered', registers: [metrics] })
  const reloads = new Counter({
    name: 'parley_rtc_scene_reloads_total',
    help: 'Changes of the scenes, taken over or refused',
    labelNames: ['outcome'],
    registers: [metrics],
  })
  const note = (loaded: LoadedScene[], what: string) => {
    offered.set(loaded.length)
    log.info({ scenes: loaded.map(({ scene }) => scene.id) }, what)
  }
  note(first, 'scenes')
  const book = createSceneBook(first)
  const watching = dir
    ? watchScenes({
        dir,
        load,
        first,
        onChanged: (loaded) => {
          book.replace(loaded)
          reloads.inc({ outcome: 'taken' })
          note(loaded, 'scenes changed')
        },
        onWrong: (error) => {
          reloads.inc({ outcome: 'refused' })
          log.error({ error }, 'the scenes are wrong: those from before stay as they were')
        },
      })
    : undefined
  return { ...book, [Symbol.asyncDispose]: async () => watching?.[Symbol.asyncDispose]() }
}
