import { withQuery } from './query.ts'
import { callbackProof } from './run.ts'
import type { VoiceChat } from './scene.ts'

/** Where the cloud calls us back, and for which run. `url` is the public address, without a slash at the end. */
export type CallbackTarget = { url: string; roomId: string; taskId: string; key: string; version: string }

const chatPath = '/chat_callback'
const messagePath = '/rtc_callback'
/** Only this version has an address for subtitles of their own. */
const subtitleVersion = '2024-12-01'

/** Whether the model of a scene is ours: one of its own kind that has no address, or has ours. */
export function isAnsweredHere({ Config: { LLMConfig: model } }: VoiceChat, url: string | undefined): boolean {
  if (url === undefined || model?.['Mode'] !== 'CustomLLM') return false
  return model.Url === undefined || toPath(model.Url) === `${url}${chatPath}`
}

/** Whether what is said in a scene is told to us, rather than to an address of the scene's own. */
export function isToldHere(voiceChat: VoiceChat, url: string | undefined): boolean {
  const { AgentConfig: agent, Config: config } = voiceChat
  const subtitles = config.SubtitleConfig?.ServerMessageUrl
  return url !== undefined && agent.ServerMessageURLForRTS === undefined && subtitles === undefined
}

/**
 * What starts an agent, with our addresses where the scene has none of its own: of the model, of states and subtitles, and
 * of function calls, where the scene wants those on a server. The key that each callback is proved by is in there.
 */
export function withCallbacks(voiceChat: VoiceChat, target: CallbackTarget): VoiceChat {
  return withMessages(withModel(voiceChat, target), target)
}

function withModel(voiceChat: VoiceChat, { url, roomId, taskId, key }: CallbackTarget): VoiceChat {
  if (!isAnsweredHere(voiceChat, url)) return voiceChat
  const { Config: config } = voiceChat
  // An address of the scene's own has the room already.
  const address = config.LLMConfig?.Url ?? withQuery(`${url}${chatPath}`, { room_id: roomId })
  const LLMConfig = {
    ...config.LLMConfig,
    Url: withQuery(address, { task_id: taskId }),
    APIKey: callbackProof(key, 'model'),
    // Several questions may come for one round while its words are still being recognised.
    EnableRoundId: true,
    // The vendor calls nothing but https unless it is told so.
    ...(address.startsWith('http:') && { Feature: '{"Http":true}' }),
  }
  return { ...voiceChat, Config: { ...config, LLMConfig } }
}

function withMessages(voiceChat: VoiceChat, { url, roomId, taskId, key, version }: CallbackTarget): VoiceChat {
  if (!isToldHere(voiceChat, url)) return voiceChat
  const { AgentConfig: agent, Config: config } = voiceChat
  const address = withQuery(`${url}${messagePath}`, {
    room_id: roomId,
    task_id: taskId,
    key: callbackProof(key, 'url'),
  })
  const signature = callbackProof(key, 'signature')
  const toServer = { ServerMessageUrl: address, ServerMessageSignature: signature }
  const calls = config.FunctionCallingConfig
  return {
    ...voiceChat,
    AgentConfig: {
      ...agent,
      EnableConversationStateCallback: true,
      ServerMessageURLForRTS: address,
      ServerMessageSignatureForRTS: signature,
    },
    Config: {
      ...config,
      ...(version === subtitleVersion && { SubtitleConfig: { ...config.SubtitleConfig, ...toServer } }),
      ...(calls && { FunctionCallingConfig: { ...toServer, ...calls } }),
    },
  }
}

function toPath(address: string): string {
  return address.split('?')[0] ?? ''
}
