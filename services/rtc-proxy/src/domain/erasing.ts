import type { RunStore, Scenes, SessionStore } from './ports.ts'
import type { Runs } from './runs.ts'

export type ErasingPorts = {
  runs: Pick<RunStore, 'ofPerson'>
  stopping: Pick<Runs, 'stop'>
  sessions: Pick<SessionStore, 'forget'>
  scenes: Pick<Scenes, 'all'>
}

/** Ends what somebody has going on, and forgets their sessions; what was said is chat-llm's. */
export function createErasing({ runs, stopping, sessions, scenes }: ErasingPorts) {
  return async (userId: string): Promise<{ runs: number; sessions: number }> => {
    const run = await runs.ofPerson(userId)
    if (run) await stopping.stop(run, 'stopped')
    const forgotten = await sessions.forget(scenes.all().map(({ id }) => ({ userId, sceneId: id })))
    return { runs: run ? 1 : 0, sessions: forgotten }
  }
}
