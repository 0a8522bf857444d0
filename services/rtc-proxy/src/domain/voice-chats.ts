import { Problem, type RtcCall, type RtcScene, type VoiceChatUpdate } from '@parley/contracts'
import { isStopped, refusalOf, wellAnswer } from './answers.ts'
import { isAnsweredHere, isToldHere, withCallbacks } from './callbacks.ts'
import type { Action, Answer, Caller, Place, Scenes, SessionStore, TokenIssuer, VoiceChatCloud } from './ports.ts'
import { readCall } from './read-call.ts'
import type { Run } from './run.ts'
import type { Runs } from './runs.ts'
import { readOwnTask, toCard, toStartBody, toTask, type Scene } from './scene.ts'
import { ending, over, starting, type Session } from './session.ts'

export type VoiceChatPorts = {
  scenes: Scenes
  sessions: SessionStore
  /** A session that nobody has used yet. */
  newSession: (place: Place) => Session
  cloud: VoiceChatCloud
  runs: Runs
  issueToken: TokenIssuer
  newTaskId: () => string
  /** Nobody can guess it. */
  newKey: () => string
  newRequestId: () => string
  now: () => Date
}

export type VoiceChatSettings = {
  /** Of the vendor's API, for calls that name none. */
  version: string
  /** How long somebody who asked for the scenes can join their rooms. */
  tokenTtlS: number
  /** Where the cloud reaches us; without it nothing comes back. */
  callbackUrl: string | undefined
}

export type VoiceChats = {
  /** Every scene, with a room of the caller's own and a token for it. */
  scenesOf: (caller: Caller) => Promise<RtcScene[]>
  /**
   * Starts, updates or stops the caller's voice chat in a scene.
   * @returns the vendor's answer as it came, refusals too
   * @throws Problem `bad-request` for what cannot be asked, `overloaded` when too many talk, `timeout` and `provider-failed`
   * when the vendor gives no answer
   */
  call: (caller: Caller, call: RtcCall) => Promise<Answer>
}

type Step = { scene: Scene; place: Place; caller: Caller; version: string; update: VoiceChatUpdate | undefined }

/** Voice chats of people with the agents of the RTC cloud: one session for each of them in each scene, one chat at a time. */
export function createVoiceChats(ports: VoiceChatPorts, settings: VoiceChatSettings): VoiceChats {
  const { scenes, sessions, newSession, cloud, runs, issueToken, newTaskId, now } = ports
  const { callbackUrl: url } = settings

  function changeSession(place: Place, change: (session: Session) => Session = (session) => session) {
    return sessions.change(place, newSession(place), change)
  }

  async function toRtcScene(scene: Scene, userId: string): Promise<RtcScene> {
    const { after: session } = await changeSession({ userId, sceneId: scene.id })
    const { roomId, rtcUserId } = session
    const issuedAt = Math.floor(now().getTime() / 1_000)
    const grant = { roomId, userId: rtcUserId, issuedAt, expireAt: issuedAt + settings.tokenTtlS }
    const token = issueToken(scene.id, grant)
    const rtc = { AppId: scene.voiceChat.AppId, RoomId: roomId, UserId: rtcUserId, Token: token }
    return { scene: toCard(scene), rtc }
  }

  function toRun({ scene, caller, version }: Step, { roomId, taskId }: Session): Run {
    const { id: sceneId, agentId, voiceChat } = scene
    return {
      ...caller,
      taskId,
      roomId,
      sceneId,
      agentId,
      version,
      appId: voiceChat.AppId,
      key: ports.newKey(),
      answered: isAnsweredHere(voiceChat, url),
      told: isToldHere(voiceChat, url),
      startedAtMs: now().getTime(),
    }
  }

  /** The session says `started` before the vendor is asked, so that a start whose answer is lost is stopped some time. */
  async function start(step: Step): Promise<Answer> {
    const { scene, place, version } = step
    const taskId = newTaskId()
    const { before, after } = await changeSession(place, (session) => starting(session, taskId))
    const run = toRun(step, after)
    if (before.phase !== 'idle') await runs.stop({ ...run, taskId: before.taskId }, 'replaced')
    await runs.begin(run).catch(async (error: unknown) => {
      await free(place, after.taskId)
      throw error
    })
    const body = toStartBody(scene, after)
    const complete = url === undefined ? body : withCallbacks(body, { ...run, url })
    const answer = await cloud.call(scene.id, 'StartVoiceChat', version, complete)
    if (refusalOf(answer) !== undefined) {
      await free(place, after.taskId)
      await runs.letGo(run, 'refused')
    } else if (await isOvertaken(place, after)) await runs.stop(run, 'overtaken')
    return answer
  }

  /** Whether the task was to be stopped, or another one was started, while this one was on its way. */
  async function isOvertaken(place: Place, { taskId }: Session): Promise<boolean> {
    const session = await sessions.find(place)
    return session !== undefined && (session.taskId !== taskId || session.phase !== 'started')
  }

  async function free(place: Place, taskId: string): Promise<void> {
    await changeSession(place, (session) => over(session, taskId, newTaskId()))
  }

  async function update({ scene, place, version, update }: Step): Promise<Answer> {
    if (!update) throw new Problem('bad-request', 'UpdateVoiceChat needs a Command')
    const session = await sessions.find(place)
    if (!session) throw new Problem('conflict', 'This voice chat was not started')
    return cloud.call(scene.id, 'UpdateVoiceChat', version, { ...toTask(scene, session), ...update })
  }

  /** Stopping what does not run is done already. */
  async function stop({ scene, place, version }: Step): Promise<Answer> {
    const session = await sessions.find(place)
    if (!session) return cloud.call(scene.id, 'StopVoiceChat', version, readOwnTask(scene))
    if (session.phase === 'idle') return wellAnswer('StopVoiceChat', version, ports.newRequestId())
    const { after } = await changeSession(place, ending)
    await runs.close(after.taskId)
    const answer = await cloud.call(scene.id, 'StopVoiceChat', version, toTask(scene, after))
    if (isStopped(answer)) {
      await free(place, after.taskId)
      await runs.letGo({ taskId: after.taskId, userId: place.userId }, 'stopped')
    }
    return answer
  }

  const actions: Record<Action, (step: Step) => Promise<Answer>> = {
    StartVoiceChat: start,
    UpdateVoiceChat: update,
    StopVoiceChat: stop,
  }

  return {
    scenesOf: ({ userId }) => Promise.all(scenes.all().map((scene) => toRtcScene(scene, userId))),
    call: async (caller, call) => {
      const { action, version, scene } = readCall(call, { version: settings.version, scenes })
      const place = { userId: caller.userId, sceneId: scene.id }
      return actions[action]({ scene, place, caller, version, update: call.update })
    },
  }
}
