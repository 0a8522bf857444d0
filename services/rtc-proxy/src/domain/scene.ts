import { Problem, type RtcScene } from '@parley/contracts'
import { withQuery } from './query.ts'
import type { Session } from './session.ts'

/** The body of `StartVoiceChat` as far as it is known here; the rest is between the operator and the vendor. */
export type VoiceChat = {
  AppId: string
  RoomId?: string | undefined
  TaskId?: string | undefined
  AgentConfig: {
    UserId?: string | undefined
    TargetUserId?: string[] | undefined
    ServerMessageURLForRTS?: string | undefined
    [field: string]: unknown
  }
  Config: {
    InterruptMode?: number | undefined
    LLMConfig?:
      | { Url?: string | undefined; VisionConfig?: VisionConfig | undefined; [field: string]: unknown }
      | undefined
    SubtitleConfig?: { ServerMessageUrl?: string | undefined; [field: string]: unknown } | undefined
    FunctionCallingConfig?: { ServerMessageUrl?: string | undefined; [field: string]: unknown } | undefined
    AvatarConfig?: { Enabled?: boolean | undefined; BackgroundUrl?: string | undefined } | undefined
    [field: string]: unknown
  }
  [field: string]: unknown
}
type VisionConfig = {
  Enable?: boolean | undefined
  SnapshotConfig?: { StreamType?: number | undefined } | undefined
}

/** Somebody to talk to: how people see them, and how the vendor starts them. */
export type Scene = {
  id: string
  card: { icon: string; name: string; questions?: string[] | undefined }
  /** Who of ours answers in it; the default agent without one. */
  agentId?: string | undefined
  voiceChat: VoiceChat
}

/** A scene as the front end shows it. */
export function toCard({ id, card, voiceChat }: Scene): RtcScene['scene'] {
  const { AgentConfig: agent, Config: config } = voiceChat
  const vision = config.LLMConfig?.VisionConfig
  return {
    id,
    ...card,
    botName: agent.UserId,
    isInterruptMode: config.InterruptMode === 0,
    isVision: vision?.Enable === true,
    isScreenMode: vision?.SnapshotConfig?.StreamType === 1,
    isAvatarScene: config.AvatarConfig?.Enabled === true,
    avatarBgUrl: config.AvatarConfig?.BackgroundUrl,
  }
}

/** What starts a scene's agent in the room of a session, for its user alone. */
export function toStartBody({ voiceChat }: Scene, session: Session): VoiceChat {
  const { AgentConfig: agent, Config: config } = voiceChat
  const model = config.LLMConfig
  return {
    ...voiceChat,
    RoomId: session.roomId,
    TaskId: session.taskId,
    AgentConfig: { ...agent, TargetUserId: [session.rtcUserId] },
    Config: {
      ...config,
      ...(model && {
        LLMConfig: { ...model, ...(model.Url && { Url: withQuery(model.Url, { room_id: session.roomId }) }) },
      }),
    },
  }
}

/** By which the vendor knows a run of an agent. */
export type Task = { AppId: string; RoomId: string; TaskId: string }

export function toTask({ voiceChat }: Scene, { roomId, taskId }: Session): Task {
  return { AppId: voiceChat.AppId, RoomId: roomId, TaskId: taskId }
}

/**
 * The run that the scene itself names, which is nobody's session.
 * @throws Problem `bad-request` when it names none
 */
export function readOwnTask({ id, voiceChat: { AppId, RoomId, TaskId } }: Scene): Task {
  if (!RoomId) throw new Problem('bad-request', `${id} 场景的 VoiceChat.RoomId 不能为空`)
  if (!TaskId) throw new Problem('bad-request', `${id} 场景的 VoiceChat.TaskId 不能为空`)
  return { AppId, RoomId, TaskId }
}
