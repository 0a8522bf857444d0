import { Problem, type RtcCall, type RtcScene, type VoiceChatUpdate } from '@parley/contracts'
import type { Action, Answer, Place, Scenes, SessionStore, TokenIssuer, VoiceChatCloud } from './ports.ts'
import { readCall } from './read-call.ts'
import { readOwnTask, toCard, toStartBody, toTask, type Scene } from './scene.ts'
import { ending, newSession, over, starting, type Session } from './session.ts'

export type VoiceChatPorts = {
  scenes: Scenes
  sessions: SessionStore
  cloud: VoiceChatCloud
  issueToken: TokenIssuer
  newTaskId: () => string
  now: () => Date
  /** A task that may still run could not be stopped; the vendor ends it by itself when nobody speaks to it. */
  onLeftBehind: (sceneId: string, error: unknown) => void
}

export type VoiceChatSettings = {
  /** Of the vendor's API, for calls that name none. */
  version: string
  /** How long somebody who asked for the scenes can join their rooms. */
  tokenTtlS: number
}

export type VoiceChats = {
  /** Every scene, with a room of the user's own and a token for it. */
  scenesOf: (userId: string) => Promise<RtcScene[]>
  /**
   * Starts, updates or stops the user's voice chat in a scene.
   * @returns the vendor's answer as it came, refusals too
   * @throws Problem `bad-request` for what cannot be asked, `timeout` and `provider-failed` when the vendor gives no answer
   */
  call: (userId: string, call: RtcCall) => Promise<Answer>
}

type Step = { scene: Scene; place: Place; version: string; update: VoiceChatUpdate | undefined }

/** Voice chats of people with the agents of the RTC cloud: one session for each of them in each scene. */
export function createVoiceChats(ports: VoiceChatPorts, settings: VoiceChatSettings): VoiceChats {
  const { scenes, sessions, cloud, issueToken, newTaskId, now, onLeftBehind } = ports

  function changeSession(place: Place, change: (session: Session) => Session = (session) => session) {
    return sessions.change(place, newSession(place, newTaskId()), change)
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

  /** The session says `started` before the vendor is asked, so that a start whose answer is lost is stopped some time. */
  async function start({ scene, place, version }: Step): Promise<Answer> {
    const taskId = newTaskId()
    const { before, after } = await changeSession(place, (session) => starting(session, taskId))
    if (before.phase !== 'idle') await stopQuietly(scene, version, before)
    const answer = await cloud.call(scene.id, 'StartVoiceChat', version, toStartBody(scene, after))
    if (isRefusal(answer)) await changeSession(place, (session) => over(session, after.taskId, newTaskId()))
    else if (await isOvertaken(place, after)) await stopQuietly(scene, version, after)
    return answer
  }

  /** Whether the task was to be stopped, or another one was started, while this one was on its way. */
  async function isOvertaken(place: Place, { taskId }: Session): Promise<boolean> {
    const session = await sessions.find(place)
    return session !== undefined && (session.taskId !== taskId || session.phase !== 'started')
  }

  async function stopQuietly(scene: Scene, version: string, session: Session): Promise<void> {
    await cloud
      .call(scene.id, 'StopVoiceChat', version, toTask(scene, session))
      .catch((error: unknown) => onLeftBehind(scene.id, error))
  }

  async function update({ scene, place, version, update }: Step): Promise<Answer> {
    if (!update) throw new Problem('bad-request', 'UpdateVoiceChat needs a Command')
    const session = await sessions.find(place)
    if (!session) throw new Problem('conflict', 'This voice chat was not started')
    return cloud.call(scene.id, 'UpdateVoiceChat', version, { ...toTask(scene, session), ...update })
  }

  async function stop({ scene, place, version }: Step): Promise<Answer> {
    if (!(await sessions.find(place))) return cloud.call(scene.id, 'StopVoiceChat', version, readOwnTask(scene))
    const { after } = await changeSession(place, ending)
    const answer = await cloud.call(scene.id, 'StopVoiceChat', version, toTask(scene, after))
    if (!isRefusal(answer)) await changeSession(place, (session) => over(session, after.taskId, newTaskId()))
    return answer
  }

  const actions: Record<Action, (step: Step) => Promise<Answer>> = {
    StartVoiceChat: start,
    UpdateVoiceChat: update,
    StopVoiceChat: stop,
  }

  return {
    scenesOf: (userId) => Promise.all(scenes.all().map((scene) => toRtcScene(scene, userId))),
    call: async (userId, call) => {
      const { action, version, scene } = readCall(call, { version: settings.version, scenes })
      return actions[action]({ scene, place: { userId, sceneId: scene.id }, version, update: call.update })
    },
  }
}

/** Newer versions of the vendor's API refuse with an HTTP status, older ones with 200: only this tells. */
function isRefusal(answer: Answer): boolean {
  const metadata = answer['ResponseMetadata']
  return typeof metadata === 'object' && metadata !== null && 'Error' in metadata && Boolean(metadata.Error)
}
