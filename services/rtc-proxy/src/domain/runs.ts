import { isStopped } from './answers.ts'
import type { Mind, Observer, RunStore, SessionStore, VoiceChatCloud } from './ports.ts'
import type { Paying } from './paying.ts'
import { deadlineOf, type Run, type RunEnd, type RunLimits } from './run.ts'
import { ending, over } from './session.ts'

export type RunsPorts = {
  runs: RunStore
  sessions: SessionStore
  cloud: VoiceChatCloud
  mind: Pick<Mind, 'close'>
  observer: Pick<Observer, 'ended' | 'failed'>
  paying: Paying
  newTaskId: () => string
  now: () => Date
}

export type RunsSettings = RunLimits & {
  /** How many runs may go on at a time, everybody's together. */
  most: number
}

export type Runs = {
  /** Notes a run that is about to be started, and stops the one that the same person has elsewhere. @throws Problem `overloaded`, `insufficient-credits` */
  begin: (run: Run) => Promise<void>
  /** Takes no more questions for a run, and begins anew with the next one. What then is not stopped will be tried again. */
  close: (taskId: string) => Promise<void>
  /** Lets go of a run that is known to be over. */
  letGo: (run: Pick<Run, 'taskId' | 'userId'>, reason: RunEnd) => Promise<void>
  /** Stops a run without its person. Never fails: what cannot be stopped now is due again. */
  stop: (run: Run, reason: RunEnd) => Promise<void>
  /** Stops what is due: runs that everybody forgot, those whose stop failed, and those that nobody pays on. */
  sweep: () => Promise<void>
}

/** How long somebody who is stopping a run has it to themselves. */
const claimMs = 60_000
const sweptAtOnce = 20
/** What could not be stopped for so long after its end has ended by itself: the vendor stops agents that are alone. */
const hopelessMs = 3_600_000

/** The runs that go on: at most one of a person, so many altogether, none for ever. */
export function createRuns(ports: RunsPorts, settings: RunsSettings): Runs {
  const { runs, sessions, cloud, mind, observer, paying, newTaskId, now } = ports
  const nowMs = () => now().getTime()

  /** Its next run has a conversation of its own in any case. */
  async function closeConversation(taskId: string) {
    await mind
      .close(taskId)
      .catch((error: unknown) => observer.failed('a conversation was not closed', error, { taskId }))
  }

  async function letGo({ taskId, userId }: Pick<Run, 'taskId' | 'userId'>, reason: RunEnd) {
    const run = await runs.find(taskId)
    const durationMs = run ? nowMs() - run.startedAtMs : 0
    if (reason === 'refused') await paying.abandon(taskId)
    else if (run) await paying.end(taskId, Math.min(durationMs, settings.callMaxMs))
    const counts = await runs.end({ taskId, userId })
    if (!run || !counts) return
    observer.ended(run, reason, counts, durationMs)
    if (!run.closed) await closeConversation(taskId)
  }

  async function close(taskId: string) {
    await runs.close(taskId, nowMs() + claimMs)
    await closeConversation(taskId)
  }

  async function askToStop(run: Run): Promise<boolean> {
    const { taskId, sceneId, userId, roomId, appId, version } = run
    const place = { userId, sceneId }
    const known = await sessions.find(place)
    if (known?.taskId === taskId)
      await sessions.change(place, known, (session) => (session.taskId === taskId ? ending(session) : session))
    const task = { AppId: appId, RoomId: roomId, TaskId: taskId }
    const stopped = isStopped(await cloud.call(sceneId, 'StopVoiceChat', version, task))
    if (stopped && known) await sessions.change(place, known, (session) => over(session, taskId, newTaskId()))
    return stopped
  }

  async function stop(run: Run, reason: RunEnd): Promise<void> {
    try {
      await close(run.taskId)
      if (await askToStop(run)) return await letGo(run, reason)
      if (nowMs() > run.startedAtMs + settings.callMaxMs + hopelessMs) await letGo(run, 'given-up')
      else observer.failed('a run was not stopped', undefined, { taskId: run.taskId })
    } catch (error) {
      observer.failed('a run was not stopped', error, { taskId: run.taskId })
    }
  }

  return {
    begin: async (run) => {
      const deadlineMs = deadlineOf(run, nowMs(), settings)
      await paying.begin(run)
      const before = await runs.begin(run, { deadlineMs, most: settings.most }).catch(async (error: unknown) => {
        await paying.abandon(run.taskId)
        throw error
      })
      const replaced = before === undefined || before === run.taskId ? undefined : await runs.find(before)
      if (replaced) await stop(replaced, 'replaced')
    },
    close,
    letGo,
    stop,
    sweep: async () => {
      for (const run of await runs.claimDue(nowMs(), { claimMs, most: sweptAtOnce }))
        await stop(run, run.closed ? 'stopped' : 'forgotten')
      for (const taskId of await paying.sweep()) {
        const run = await runs.find(taskId)
        if (run) await stop(run, 'unpaid')
      }
    },
  }
}
