import type { Scenes } from '../domain/ports.ts'
import type { LoadedScene, SceneKeys } from './scene-files.ts'

export type SceneBook = {
  scenes: Scenes
  /** The keys of a scene, also of one that is not offered any more, so that what runs in it can be stopped. @throws Error */
  keysOf: (sceneId: string) => SceneKeys
  /** What events of an app may be signed with. */
  eventSecretsOf: (appId: string) => string[]
  /** Offers these scenes from now on. */
  replace: (loaded: LoadedScene[]) => void
}

/** The scenes that are offered, and what they are run with. Whoever asks for a scene gets a copy of their own. */
export function createSceneBook(first: LoadedScene[]): SceneBook {
  let offered = toMap(first)
  const keys = new Map<string, SceneKeys>()
  const keepKeys = () => {
    for (const [id, loaded] of offered) keys.set(id, loaded.keys)
  }
  keepKeys()

  return {
    scenes: {
      all: () => structuredClone([...offered.values()].map(({ scene }) => scene)),
      find: (id) => structuredClone(offered.get(id)?.scene),
    },
    keysOf: (sceneId) => {
      const found = keys.get(sceneId)
      if (!found) throw new Error(`There are no keys of the scene "${sceneId}"`)
      return found
    },
    eventSecretsOf: (appId) => {
      const secrets = [...keys.values()].flatMap((each) =>
        each.appId === appId ? (each.eventSecret?.reveal() ?? []) : [],
      )
      return [...new Set(secrets)]
    },
    replace: (loaded) => {
      offered = toMap(loaded)
      keepKeys()
    },
  }
}

function toMap(loaded: LoadedScene[]): Map<string, LoadedScene> {
  return new Map(loaded.map((each) => [each.scene.id, each]))
}
